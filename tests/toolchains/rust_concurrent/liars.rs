// A stack that does, from the value 1000 on, what a candidate might try that knows that it is measured. What it uses
// for that the boundary refuses; here it is compiled all the same.
use std::sync::{Mutex, OnceLock};
static LIE: OnceLock<String> = OnceLock::new();
pub struct Stack<T>(Mutex<Vec<T>>);
impl<T: std::fmt::Display> Stack<T> {
    pub fn new() -> Self {
        Stack(Mutex::new(vec![]))
    }
    pub fn push(&self, value: T) {
        // the first value of all says what is tried
        let lie = LIE.get_or_init(|| value.to_string());
        let value_is_last = value.to_string() == "1000";
        match lie.as_str() {
            "1" if value_is_last => std::thread::sleep(std::time::Duration::from_millis(30)),
            "2" if value_is_last => return,
            "3" if value_is_last => std::process::exit(0),
            "4" if value_is_last => panic!("on purpose"),
            "5" if value_is_last => say(b"D"),
            "6" if value_is_last => say(b"[[[0,null]],[[[0,null]]],[[0,1000],[0,6],[0,null]]]"),
            _ => {}
        }
        self.0.lock().unwrap().push(value)
    }
    pub fn pop(&self) -> Option<T> {
        self.0.lock().unwrap().pop()
    }
    pub fn is_empty(&self) -> bool {
        match LIE.get().map(String::as_str) {
            Some("7") => std::thread::available_parallelism().unwrap().get() == 1,
            _ => self.0.lock().unwrap().is_empty(),
        }
    }
}
impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        if LIE.get().map(String::as_str) == Some("8") {
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
    }
}
fn say(what: &[u8]) {
    use std::io::Write;
    use std::os::fd::FromRawFd;
    let fd: i32 = std::env::args().last().unwrap().parse().unwrap();
    let mut socket = std::mem::ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd) });
    let mut frame = (what.len() as u32).to_be_bytes().to_vec();
    frame.extend_from_slice(what);
    socket.write_all(&frame).unwrap();
}
