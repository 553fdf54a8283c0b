//! The runtime of a worker for Rust candidates: frames, values and verbs of `docs/wire.md`. Standard library only.
//! The glue for one interface, which `generate.py` writes, implements `Subject` with the readers and writers below.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, AssertUnwindSafe};

const DEPTH: usize = 200;

/// A parsed value. An object has one key, the tag.
#[derive(Clone, Debug)]
pub enum Tree {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Str(String),
    List(Vec<Tree>),
    Tag(String, Box<Tree>),
}

/// How a call ended when it did not panic.
pub enum Outcome {
    Returned(String),
    Declared(&'static str),
    Missing(String),
}

impl Outcome {
    /// The answer as it is sent.
    pub fn text(self) -> String {
        match self {
            Outcome::Returned(value) => ["[0,", &value, "]"].concat(),
            Outcome::Declared(name) => ["[1,", &write_str(name), "]"].concat(),
            Outcome::Missing(what) => ["[2,\"missing\",", &write_str(&what), "]"].concat(),
        }
    }
}

/// Instances by handle. They are kept here so that the glue has little to be compiled.
#[derive(Default)]
pub struct Handles(BTreeMap<i128, Box<dyn Any>>);

impl Handles {
    pub fn clear(&mut self) {
        self.0.clear();
    }
    pub fn remove(&mut self, handle: i128) {
        self.0.remove(&handle);
    }
    pub fn insert(&mut self, handle: i128, instance: Box<dyn Any>) {
        self.0.insert(handle, instance);
    }
    pub fn get(&mut self, handle: i128) -> Option<&mut (dyn Any + 'static)> {
        self.0.get_mut(&handle).map(|held| &mut **held)
    }
}

/// What the generated glue provides.
pub trait Subject {
    /// `Class`, `Class.method` and `function` names that the compiler found.
    fn names(&self) -> &'static [&'static str];
    fn reset(&mut self);
    fn make(&mut self, class: &str, constructor: &str, handle: i128, args: &[Tree]) -> Outcome;
    fn method(&mut self, handle: i128, method: &str, args: &[Tree]) -> Outcome;
    fn function(&mut self, function: &str, args: &[Tree]) -> Outcome;
}

extern "C" {
    fn prctl(option: i32, ...) -> i32;
}

#[repr(C)]
struct Instruction(u16, u8, u8, u32);

#[repr(C)]
struct Filter {
    length: u16,
    first: *const Instruction,
}

/// Who started this process locked it; left were the right to execute itself and to be looked at. A process under no
/// filter (a worker started by hand) has no need to be under this one.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn give_up() {
    const SECCOMP: i32 = 22;
    let (execve, execveat) = if cfg!(target_arch = "x86_64") { (59, 322) } else { (221, 281) };
    let program = [
        Instruction(0x20, 0, 0, 0),
        Instruction(0x15, 1, 0, execve),
        Instruction(0x15, 0, 1, execveat),
        Instruction(0x06, 0, 0, 0x0005_0001),
        Instruction(0x06, 0, 0, 0x7fff_0000),
    ];
    let filter = Filter { length: program.len() as u16, first: program.as_ptr() };
    unsafe {
        prctl(4, 0usize, 0usize, 0usize, 0usize);
        prctl(SECCOMP, 2usize, &filter as *const Filter, 0usize, 0usize);
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn give_up() {}

/// Answer frames on the descriptor named by the last argument until the peer closes it.
pub fn serve(subject: &mut dyn Subject) {
    let fd: i32 = std::env::args().last().and_then(|a| a.parse().ok()).expect("a descriptor");
    std::panic::set_hook(Box::new(|_| {}));
    #[cfg(probatum_sanitized)]
    crate::sanitized::prepare();
    #[cfg(not(probatum_sanitized))]
    give_up();
    // The descriptor is inherited for us alone.
    let mut stream = unsafe { std::fs::File::from_raw_fd(fd) };
    let mut worker = Worker { subject, answers: Vec::new() };
    while let Some(frame) = read_frame(&mut stream) {
        let text = String::from_utf8(frame).expect("UTF-8");
        let request = items(&Parser::parse(&text)).to_vec();
        match string(&request[0]).as_str() {
            "load" => {
                let gone = missing(&request[2], worker.subject.names());
                let texts: Vec<String> = gone.iter().map(|n| write_str(n)).collect();
                send(&mut stream, &["[\"loaded\",[", &texts.join(","), "]]"].concat());
            }
            "run" => {
                for segment in items(&request[1]) {
                    let text = worker.answers_of(segment);
                    send(&mut stream, &text);
                }
            }
            "segment" => {
                worker.start_segment();
                send(&mut stream, "null");
            }
            "step" => send(&mut stream, &worker.call(&request[1])),
            _ => return,
        }
    }
}

/// Histories that were compiled in, for an interpreter that has no sockets: the answers of each, and last their number.
pub fn replay(subject: &mut dyn Subject, histories: &str) {
    std::panic::set_hook(Box::new(|_| {}));
    let mut worker = Worker { subject, answers: Vec::new() };
    let parsed = Parser::parse(histories);
    for history in items(&parsed) {
        let text = worker.segment(history);
        worker.start_segment();
        println!("A {text}");
    }
    println!("END {}", items(&parsed).len());
}

/// What the outline asks for and the glue does not know.
fn missing(outline: &Tree, known: &[&str]) -> Vec<String> {
    let mut gone = Vec::new();
    let mut want = |name: String| {
        let there = known.contains(&name.as_str());
        if !there {
            gone.push(name);
        }
        there
    };
    for section in items(outline) {
        match string(&items(section)[0]).as_str() {
            "classes" => {
                for class in items(&items(section)[1]) {
                    let name = string(&items(class)[0]);
                    if want(name.clone()) {
                        for member in items(&items(class)[1]) {
                            want([&name, ".", &string(&items(member)[0])].concat());
                        }
                    }
                }
            }
            "functions" => {
                for function in items(&items(section)[1]) {
                    want(string(&items(function)[0]));
                }
            }
            _ => {}
        }
    }
    gone
}

fn read_frame(stream: &mut std::fs::File) -> Option<Vec<u8>> {
    let mut head = [0u8; 4];
    stream.read_exact(&mut head).ok()?;
    let mut body = vec![0u8; u32::from_be_bytes(head) as usize];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

fn send(stream: &mut std::fs::File, text: &str) {
    let mut frame = (text.len() as u32).to_be_bytes().to_vec();
    frame.extend_from_slice(text.as_bytes());
    if stream.write_all(&frame).is_err() {
        std::process::exit(0);
    }
}

struct Worker<'a> {
    subject: &'a mut dyn Subject,
    answers: Vec<String>,
}

impl Worker<'_> {
    /// Instances are dropped here; a destructor that panics says so in no answer, it ends the process.
    fn start_segment(&mut self) {
        self.subject.reset();
        self.answers = Vec::new();
    }

    fn segment(&mut self, segment: &Tree) -> String {
        self.start_segment();
        let answers: Vec<String> = items(segment).iter().map(|c| self.call(c)).collect();
        ["[", &answers.join(","), "]"].concat()
    }

    #[cfg(not(probatum_sanitized))]
    fn answers_of(&mut self, segment: &Tree) -> String {
        self.segment(segment)
    }

    /// Instances are dropped before the answers are sent, so that what that shows belongs to this segment. What is made
    /// once and kept, in a static, is no leak: only what more runs of the segment leave again, the last of them traced.
    #[cfg(probatum_sanitized)]
    fn answers_of(&mut self, segment: &Tree) -> String {
        self.start_segment();
        let mut kept = Vec::with_capacity(3);
        for turn in 0..3 {
            if turn == 2 {
                crate::sanitized::trace();
            }
            let before = crate::sanitized::live();
            let text = self.segment(segment);
            self.start_segment();
            let left = crate::sanitized::live() as i128 - before as i128 - text.capacity() as i128;
            kept.push(text);
            if left <= 0 {
                break;
            }
            if turn == 2 {
                crate::sanitized::leaked(left as usize);
            }
        }
        kept.swap_remove(0)
    }

    fn call(&mut self, call: &Tree) -> String {
        let answers = &self.answers;
        let subject = &mut *self.subject;
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let call = items(call);
            let verb = string(&call[0]);
            let first = match verb.as_str() {
                "n" => 4,
                "c" => 3,
                _ => 2,
            };
            let args: Vec<Tree> = call[first..].iter().map(|a| resolved(a, answers)).collect();
            match verb.as_str() {
                "n" => subject.make(&string(&call[1]), &string(&call[2]), number(&call[3]), &args),
                "c" => subject.method(number(&call[1]), &string(&call[2]), &args),
                _ => subject.function(&string(&call[1]), &args),
            }
        }));
        let answer = match ended {
            Ok(outcome) => outcome.text(),
            Err(payload) => {
                let text = match payload.downcast_ref::<&'static str>() {
                    Some(text) => (*text).to_string(),
                    None => payload.downcast_ref::<String>().cloned().unwrap_or_default(),
                };
                let short: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
                ["[2,\"panic\",", &write_str(&short), "]"].concat()
            }
        };
        self.answers.push(answer.clone());
        answer
    }
}

/// A tree with every reference to an earlier answer replaced by what it refers to.
fn resolved(tree: &Tree, answers: &[String]) -> Tree {
    match tree {
        Tree::List(list) => Tree::List(list.iter().map(|t| resolved(t, answers)).collect()),
        Tree::Tag(tag, body) if tag == "ref" => {
            let path: Vec<usize> = items(body).iter().map(|i| number(i) as usize).collect();
            let mut at = items(&Parser::parse(&answers[path[0]]))[1].clone();
            for index in &path[1..] {
                at = items(&at)[*index].clone();
            }
            at
        }
        Tree::Tag(tag, body) => Tree::Tag(tag.clone(), Box::new(resolved(body, answers))),
        other => other.clone(),
    }
}

/// Characters of a number that certainly fits.
const SHORT: usize = 38;

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

/// A value of its text.
pub fn parse(text: &str) -> Tree {
    Parser::parse(text)
}

impl Parser<'_> {
    fn parse(text: &str) -> Tree {
        Parser { text: text.as_bytes(), at: 0 }.value(0)
    }

    fn peek(&mut self) -> u8 {
        while self.text[self.at].is_ascii_whitespace() {
            self.at += 1;
        }
        self.text[self.at]
    }

    fn value(&mut self, depth: usize) -> Tree {
        assert!(depth < DEPTH, "nested too deeply");
        match self.peek() {
            b'n' => self.word(4, Tree::Null),
            b't' => self.word(4, Tree::Bool(true)),
            b'f' => self.word(5, Tree::Bool(false)),
            b'"' => Tree::Str(self.string()),
            b'[' => {
                self.at += 1;
                let mut list = Vec::new();
                while self.peek() != b']' {
                    list.push(self.value(depth + 1));
                    if self.peek() == b',' {
                        self.at += 1;
                    }
                }
                self.at += 1;
                Tree::List(list)
            }
            b'{' => {
                self.at += 1;
                self.peek();
                let tag = self.string();
                assert!(self.peek() == b':');
                self.at += 1;
                let body = self.value(depth + 1);
                assert!(self.peek() == b'}');
                self.at += 1;
                Tree::Tag(tag, Box::new(body))
            }
            _ => self.numeral(),
        }
    }

    fn word(&mut self, length: usize, tree: Tree) -> Tree {
        self.at += length;
        tree
    }

    /// Digit by digit, because an interpreter takes several times as long for what the library does.
    fn numeral(&mut self) -> Tree {
        let (start, mut whole, mut value) = (self.at, true, 0i128);
        while self.at < self.text.len() {
            match self.text[self.at] {
                digit @ b'0'..=b'9' if self.at - start < SHORT => value = value * 10 + (digit - b'0') as i128,
                b'0'..=b'9' | b'-' if whole => {}
                b'+' | b'-' | b'.' | b'e' | b'E' | b'0'..=b'9' => whole = false,
                _ => break,
            }
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if whole && text.len() <= SHORT {
            return Tree::Int(if text[0] == b'-' { -value } else { value });
        }
        let text = std::str::from_utf8(text).unwrap();
        if whole { Tree::Int(text.parse().unwrap()) } else { Tree::Float(text.parse().unwrap()) }
    }

    fn string(&mut self) -> String {
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            let byte = self.text[self.at];
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(bytes).unwrap(),
                b'\\' => {
                    let escape = self.text[self.at];
                    self.at += 1;
                    let c = match escape {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'u' => self.escaped(),
                        other => other as char,
                    };
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                other => bytes.push(other),
            }
        }
    }

    fn unit(&mut self) -> u32 {
        let text = std::str::from_utf8(&self.text[self.at..self.at + 4]).unwrap();
        self.at += 4;
        u32::from_str_radix(text, 16).unwrap()
    }

    fn escaped(&mut self) -> char {
        let high = self.unit();
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high).expect("no lone surrogate");
        }
        self.at += 2;
        let low = self.unit();
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).expect("a pair")
    }
}

/// The items of a list, tuple or record.
pub fn items(tree: &Tree) -> &[Tree] {
    match tree {
        Tree::List(list) => list,
        Tree::Tag(tag, body) if tag == "r" => items(&items(body)[1]),
        Tree::Tag(_, body) => items(body),
        _ => panic!("the request holds no list here"),
    }
}

/// Text.
pub fn string(tree: &Tree) -> String {
    match tree {
        Tree::Str(text) => text.clone(),
        _ => panic!("the request holds no text here"),
    }
}

/// The integers of Rust: a candidate's signature says which.
pub trait Integer: TryFrom<i128> + ToString {}
impl Integer for u8 {}
impl Integer for u16 {}
impl Integer for u32 {}
impl Integer for u64 {}
impl Integer for u128 {}
impl Integer for usize {}
impl Integer for i8 {}
impl Integer for i16 {}
impl Integer for i32 {}
impl Integer for i64 {}
impl Integer for i128 {}
impl Integer for isize {}

/// An integer of the type that is wanted.
pub fn int<T: Integer>(tree: &Tree) -> T {
    match T::try_from(number(tree)) {
        Ok(value) => value,
        Err(_) => panic!("the type of this parameter does not hold the argument"),
    }
}

pub fn write_int<T: Integer>(value: T) -> String {
    value.to_string()
}

/// An integer.
pub fn number(tree: &Tree) -> i128 {
    match tree {
        Tree::Int(value) => *value,
        _ => panic!("the request holds no integer here"),
    }
}

pub fn boolean(tree: &Tree) -> bool {
    match tree {
        Tree::Bool(value) => *value,
        _ => panic!("the request holds no bool here"),
    }
}

pub fn unit(_: &Tree) {}

pub fn float(tree: &Tree) -> f64 {
    match tree {
        Tree::Float(value) => *value,
        Tree::Tag(_, name) => match string(name).as_str() {
            "nan" => f64::NAN,
            "inf" => f64::INFINITY,
            _ => f64::NEG_INFINITY,
        },
        _ => panic!("the request holds no float here"),
    }
}

pub fn bytes(tree: &Tree) -> Vec<u8> {
    match tree {
        Tree::Tag(_, hex) => {
            let text = string(hex);
            (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
        }
        _ => panic!("the request holds no bytes here"),
    }
}

pub fn list<T>(tree: &Tree, item: impl Fn(&Tree) -> T) -> Vec<T> {
    items(tree).iter().map(item).collect()
}

pub fn set<T: Ord>(tree: &Tree, item: impl Fn(&Tree) -> T) -> BTreeSet<T> {
    items(tree).iter().map(item).collect()
}

pub fn dict<K: Ord, V>(tree: &Tree, key: impl Fn(&Tree) -> K, value: impl Fn(&Tree) -> V) -> BTreeMap<K, V> {
    items(tree).iter().map(|pair| (key(&items(pair)[0]), value(&items(pair)[1]))).collect()
}

pub fn option<T>(tree: &Tree, item: impl Fn(&Tree) -> T) -> Option<T> {
    match tree {
        Tree::Null => None,
        other => Some(item(other)),
    }
}

pub fn result<T, E>(tree: &Tree, ok: impl Fn(&Tree) -> T, err: impl Fn(&Tree) -> E) -> Result<T, E> {
    match string(&items(tree)[0]).as_str() {
        "ok" => Ok(ok(&items(tree)[1])),
        _ => Err(err(&items(tree)[1])),
    }
}

pub fn write_unit(_: ()) -> String {
    "null".to_string()
}

pub fn write_bool(value: bool) -> String {
    value.to_string()
}

/// Shortest digits that read back as the same number, in the form that Python writes.
pub fn write_float(value: f64) -> String {
    if value.is_nan() {
        return "{\"f\":\"nan\"}".to_string();
    }
    if value.is_infinite() {
        return (if value > 0.0 { "{\"f\":\"inf\"}" } else { "{\"f\":\"-inf\"}" }).to_string();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if plain.contains('.') { plain } else { plain + ".0" }
}

pub fn write_str(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
    out
}

pub fn write_bytes(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    ["{\"b\":\"", &hex, "\"}"].concat()
}

pub fn write_list<T>(list: Vec<T>, item: impl Fn(T) -> String) -> String {
    let texts: Vec<String> = list.into_iter().map(item).collect();
    ["[", &texts.join(","), "]"].concat()
}

pub fn write_tuple(texts: &[String]) -> String {
    ["{\"t\":[", &texts.join(","), "]}"].concat()
}

pub fn write_set<T>(set: BTreeSet<T>, item: impl Fn(T) -> String) -> String {
    let mut texts: Vec<String> = set.into_iter().map(item).collect();
    texts.sort();
    ["{\"s\":[", &texts.join(","), "]}"].concat()
}

pub fn write_dict<K, V>(dict: BTreeMap<K, V>, key: impl Fn(K) -> String, value: impl Fn(V) -> String) -> String {
    let mut pairs: Vec<(String, String)> = dict.into_iter().map(|(k, v)| (key(k), value(v))).collect();
    pairs.sort();
    let texts: Vec<String> = pairs.into_iter().map(|(k, v)| ["[", &k, ",", &v, "]"].concat()).collect();
    ["{\"d\":[", &texts.join(","), "]}"].concat()
}

pub fn write_option<T>(value: Option<T>, item: impl Fn(T) -> String) -> String {
    value.map_or("null".to_string(), item)
}

pub fn write_result<T, E>(value: Result<T, E>, ok: impl Fn(T) -> String, err: impl Fn(E) -> String) -> String {
    match value {
        Ok(v) => write_tuple(&["\"ok\"".to_string(), ok(v)]),
        Err(e) => write_tuple(&["\"err\"".to_string(), err(e)]),
    }
}
