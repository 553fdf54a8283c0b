"""What the boundary refuses in a candidate in Rust, by whatever spelling, and what it leaves alone.

Everything allowed compiles; so do the refused disguises, save those that need a crate, a file or a prover to mean
anything.
"""

from __future__ import annotations

import pytest

from probatum.toolchains.rust.boundary import EXPLANATION, MAX_SOURCE_BYTES, listed_constructs
from probatum.toolchains.rust.lexer import lex, words

READ = 'fs::read("/etc/hostname").unwrap().len()'
ASSEMBLE = "macro_rules! path { ($a:ident $($b:ident)*) => { $a $(::$b)* } }"

REFUSED: dict[str, list[str]] = {
    "std::fs": [
        f"pub fn f() -> usize {{ std::{READ} }}",
        f"pub fn f() -> usize {{ ::std::{READ} }}",
        f"pub fn f() -> usize {{ r#std::r#{READ} }}",
        f"pub fn f() -> usize {{ std /* : */ :: // ::\n {READ} }}",
        f"pub fn f() -> usize {{ std::\u200e{READ} }}",
        "use std::fs;",
        "use std::{fs as x};",
        "pub use std::{mem, fs::{self as x, File}};",
        "use ::std::{collections::{BTreeMap, BTreeSet}, {{fs}}};",
        "pub(crate) use std::fs::*;",
        "pub fn f(x: Option<std::fs::File>) {}",
        "pub fn f() { let _ = <std::fs::File>::open::<&str>; }",
        "pub struct S<'a> { pub x: &'a std::fs::File }",
        "macro_rules! m { () => { std::fs::read } }",
        'macro_rules! m { ($($x:tt)*) => { $($x)* } }\npub fn f() { let _ = m!(std::fs::File::open("x")); }',
        "macro_rules! m { ($x:path) => { use $x as y; } }\nm!(std::fs);",
        '/* /* */ " */ use std::fs; // "',
        "pub const C: char = '\"'; use std::fs; pub const D: char = '\"';",
        "pub fn f<'a>(x: &'a str) -> &'a str { x } use std::fs; pub const Q: char = 'a';",
        'pub const S: &str = r#"\\"#; use std::fs; pub const T: &str = "\\"";',
        'pub const S: &[u8] = br##""# "##; use std::fs; pub const T: &str = "";',
        'macro_rules! n { ($($x:tt)*) => {} }\nn!("a"r#"b"); use std::fs; n!("c"#);',
        """macro_rules! n { ($($x:tt)*) => {} }\nn!('a'r"\\" "); use std::fs; n!("");""",
        '#!/** " */ [x] "\nuse std::fs; //"',
        "#!/bin/sh '\nuse std::fs; // '",
        "#[cfg(test)] fn f() -> [u8; 1] { [0] } use std::fs;",
        "#[cfg(test)] mod tests { fn f() {} }\nuse std::fs;",
        "pub struct S(#[cfg(test)] fn(), u8); use std::fs;",
        "macro_rules! keep { (#[cfg(test)] mod t $b:tt) => { mod t $b } }\n"
        "keep! { #[cfg(test)] mod t { use std::fs; } }",
        "pub mod inner { pub mod deeper { pub use std::fs; } }",
        "\ufeffuse std::fs;",
    ],
    "std::io": ["use std::io::Write;", "pub fn f() -> std::io::Result<()> { Ok(()) }", "use std::{self, io};"],
    "std::net": ["use core::net::Ipv4Addr;"],
    "std::env": ["pub fn f() -> usize { std::env::args().count() }", "use std::{env, mem};"],
    "std::process": [
        "pub fn f() { for _ in 0..std::process::id() {} }",
        "pub struct A<const N: u32>;\n"
        "pub struct S(#[cfg(test)] fn(), pub A<{ std::process::exit as fn(i32) -> !; 1 }>);",
        "pub struct S { pub a: u8 }\npub fn f() -> S { S { ..std::process::exit(0) } }",
        "pub fn f() { std::process::exit(0) }",
        "use std::process::abort as stop;",
    ],
    "std::thread": ["pub fn f() { std::thread::sleep(std::time::Duration::ZERO) }", "use std::thread::spawn;"],
    "std::os": ["use std::os::fd::FromRawFd;"],
    "std::path": ['pub fn f() -> bool { std::path::Path::new("/").exists() }'],
    "std::ffi": ["pub fn f() { let _ = std::u8::MAX as std::ffi::c_int; }", "use core::ffi::c_int;"],
    "std::arch": ["use std::arch::asm;", "use core::arch::x86_64::_rdtsc;"],
    "std::backtrace": ["use std::backtrace::Backtrace;"],
    "std module not listed": ["use core::contracts;", "use std::random::random;", "use std::autodiff;"],
    "std as a whole": [
        'use std as s;\npub fn f() -> usize { s::fs::read("x").unwrap().len() }',
        "use std::*;",
        "use ::core::*;",
        "use std::{self as s};",
        "use std::{mem, *};",
        "use {std as s, core as c};",
        "pub use ::std as s;",
        "pub mod m { pub use std; }",
        "use r#std as s;",
    ],
    "std::time::Instant": [
        "use std::time::Instant;",
        "use std::time::{Duration, Instant as Now};",
        "use std::time;\npub fn f() { let _ = time::Instant::now(); }",
        "use std::time::*;\npub fn f() { let _ = Instant::now(); }",
        "use std::{time as t};\nuse t as u;\npub fn f() { let _ = u::Instant::now(); }",
    ],
    "std::time::SystemTime": [
        "use std::time;\npub fn f() { let _ = ..time::SystemTime::now(); use time::*; let _ = ..SystemTime::now(); }",
        "pub fn f() { let _ = std::time::SystemTime::now(); }",
    ],
    "std::alloc::System": [
        "use std::alloc::System;",
        "use std::alloc::{self, Layout};\npub static A: alloc::System = alloc::System;",
    ],
    "std::panic::set_hook": [
        "pub fn f() { std::panic::set_hook(Box::new(|_| {})); }",
        "use std::panic;\npub fn f() { panic::set_hook(Box::new(|_| {})); }",
    ],
    "std::panic::resume_unwind": ["pub fn f() { std::panic::resume_unwind(Box::new(1)); }"],
    "catch_unwind": [
        "pub fn f() { let _ = std::panic::catch_unwind(|| 1); }",
        "use std::panic;\npub fn f() { let _ = panic::catch_unwind(|| 1); }",
        "use std::panic as p;\nuse p::catch_unwind as c;\npub fn f() { let _ = c(|| 1); }",
    ],
    "assembly": [
        'use std::arch::asm as a;\npub fn f() { unsafe { a!("nop") } }',
        'pub fn f() { unsafe { std::arch::asm!("nop") } }',
        'core::arch::global_asm!("nop");',
        'pub fn f() { unsafe { r#asm!("nop") } }',
    ],
    "include": [
        'include!("/etc/hostname");',
        'pub const T: &str = include_str ! ["/etc/hostname"];',
        'pub const T: &[u8] = core::include_bytes!("/etc/hostname");',
        'use std::prelude::v1::include_str as vec;\npub const T: &str = vec!("/etc/hostname");',
        'use include_str as vec;\npub const T: &str = vec!("/etc/hostname");',
        '#[doc = include_str!("/etc/hostname")]\npub struct S;',
        'macro_rules! m { ($m:ident $b:tt $s:tt) => { $m $b ($s) } }\npub const T: &str = m!(include_str ! "x");',
        'pub const T: &str = include!("x");\nmacro_rules! include { () => {} }',
    ],
    "environment": [
        'use std::prelude::v1 as p;\nuse p::env as vec;\npub const T: &str = vec!("PATH");',
        'pub mod p { pub use std::prelude::v1::*; }\nuse self::p::env as vec;\npub const T: &str = vec!("PATH");',
        'macro_rules! m { ($e:expr) => { $e } }\npub const T: &str = m!(env!("PATH"));',
        'pub const T: &str = env!("PATH");',
        'pub const T: Option<&str> = option_env!("PATH");',
        'pub const T: &str = r#env!{"PATH"};',
        'use env as e;\npub const T: &str = e!("PATH");',
        'use {env as concat};\npub const T: &str = concat!("PATH");',
        "macro_rules! m { ($m:path) => { use $m as e; } }\nm!(env);",
    ],
    "extern": [
        "extern crate std as s;",
        "extern crate alloc;",
        'extern "C" { pub fn getpid() -> i32; }',
        'unsafe extern "C" { pub fn getpid() -> i32; }',
        'pub extern "C" fn f() {}',
        "pub type F = extern fn();",
        "macro_rules! m { ($($x:tt)*) => { $($x)* } }\nm!(extern crate std as s;);",
    ],
    "linkage attribute": [
        "#[no_mangle] pub fn malloc() {}",
        "#[unsafe(no_mangle)] pub fn f() {}",
        '#[export_name = "f"] pub fn g() {}',
        '#[used] #[link_section = ".init_array"] pub static S: fn() = f; fn f() {}',
        "# /* */ [ r#no_mangle ] pub fn f() {}",
    ],
    "runtime attribute": [
        "use std::prelude::v1::global_allocator as g;",
        "#[global_allocator] pub static A: S = S; pub struct S;",
        "#[panic_handler] pub fn f() {}",
    ],
    "file module": [
        "mod other;",
        "pub(crate) mod r#other ;",
        '#[path = "/etc/hostname"] mod other;',
        "macro_rules! m { ($s:tt) => { mod other $s } }\nm!(;);",
        "macro_rules! m { ($n:ident) => { mod $n; } }",
    ],
    "inner attribute": [
        "#![feature(asm)]",
        "#![no_std]",
        "#![no_implicit_prelude]",
        "#! /* [ */ [no_main]",
        '#![crate_type = "lib"]',
        'pub fn f() { #![recursion_limit = "9"] }',
    ],
    "attribute": ['#[target_feature(enable = "avx2")] pub fn f() {}', "#[macro_export] macro_rules! m { () => {} }"],
    "cfg": [
        "#[cfg(loom)] pub fn f() {}",
        "#[cfg(not(test))] pub fn f() {}",
        "#[cfg(any(test, not(test)))] pub mod m {}",
        "#[cfg(test)] pub struct S;",
        "#![cfg(not(loom))]",
        "#[cfg_attr(all(), derive(Clone))] pub struct S;",
        "pub const C: bool = cfg!(loom);",
        "pub const C: bool = std::cfg!(debug_assertions);",
        "pub const C: u8 = cfg_select! { unix => 1, _ => 2 };",
        "use cfg as vec;\npub const C: bool = vec!(loom);",
    ],
    "derive": [
        "#[derive(Clone, Serialize)] pub struct S;",
        "macro_rules! m { ($d:ident) => { #[derive($d)] struct S; } }",
    ],
    "procedural macro": ["#[proc_macro] pub fn f() {}"],
    "assembled name": [
        "macro_rules! m { ($h:tt $b:tt $i:item) => { $h [no_mangle] $i } }\nm!{ /** a hash */ pub fn f() {} }",
        "macro_rules! m { ($h:tt $b:tt $c:tt $i:item) => { $h $c $i } }\nm!{ /// a hash\n [no_mangle] pub fn f() {} }",
        "macro_rules! m { ([$($p:tt)*] [$($q:tt)*]) => { $($p)* $($q)* } }\n"
        "pub fn f() { m!([std] [::process::exit])(0) }",
        "macro_rules! m { ($cb:ident) => { $cb!(std) } }",
        "macro_rules! m { ($d:tt) => { macro_rules! n { ($d x:ident) => { std::$d x() } } } }\nm!($);",
        f'{ASSEMBLE}\npub fn f() {{ let _ = path!(std fs read)("x"); }}',
        "macro_rules! m { ($a:ident) => { std::$a::read } }",
        "macro_rules! m { ($a:ident) => { use std::{mem, $a}; } }",
        "macro_rules! m { ($a:ident, $b:ident) => { $a::$b } }",
        "macro_rules! m { ($($a:ident)::+) => { $($a)::+ } }",
        'macro_rules! m { ($m:ident) => { $m!("x") } }',
        "macro_rules! m { ([$h:tt] $b:tt $i:item) => { $h $b $i } }\nm!([#] [no_mangle] pub fn f() {});",
        "macro_rules! m { ($a:meta) => { #[$a] pub fn f() {} } }\nm!(no_mangle);",
        "macro_rules! s { ($m:ident) => { $m } }\npub fn f() { let _ = s!(core); }",
        "macro_rules! m { ($($t:tt)*) => {} }\nuse m as vec;\npub fn f() { vec![std (fs)] }",
        "pub type X = concat_idents!(a, b);",
    ],
    "macro from elsewhere": ["lazy_static! { static ref X: u8 = 1; }", "pub fn f() { trace_macros!(true) }"],
    "other crate": [
        "pub fn f() { ::loom::model(|| {}) }",
        "use loom::thread;",
        "pub fn f() { probatum_worker::write_bool(true); }",
        "use probatum_worker as w;",
        "use ::{libc as c};",
        "pub const C: usize = ::unheard_of::X;",
    ],
    "crate root": [
        "pub fn f() { crate::main() }",
        "use crate as c;",
        "use crate::*;",
        "use super::*;",
        "use super as root;",
        "pub fn f() { super::main() }",
        "pub fn f() { self::super::main() }",
        "pub mod a { pub mod b { pub fn f() { super::super::super::main() } } }",
        "pub mod a { use super::{super::main as m}; }",
        "pub type T = crate::Glue;",
        "macro_rules! m { () => { $crate::main() } }",
        "#[macro_use] mod a { macro_rules! m { () => { super::main() } } }\npub fn f() { m!() }",
    ],
    "misleading import": [
        "use global_allocator as test;\n#[test] pub static A: u8 = 1;",
        'use option_env as vec;\npub const T: Option<&str> = vec!("PATH");',
        "macro_rules! m { ($a:ident $b:ident) => { use $a as $b; } }",
    ],
    "module called std or core": ["mod std { pub mod fs {} }"],
    "proof hole": [
        "verus! { proof fn f() { assume(false); } }",
        "verus! { proof fn f() ensures false { admit(); } }",
        "verus! { fn admit() {} proof fn f() { admit(); } }",
        "use vstd::pervasive::assume as check;",
        "#[verifier::external_body] pub fn f() {}",
        "#[verifier(external_body)] pub fn f() {}",
        "verus! { pub assume_specification [f] (x: u8) -> u8; }",
        "verus! { pub broadcast axiom fn f() ensures false; }",
        "#[kani::stub(a, b)] pub fn f() {}",
    ],
    "too large": ["//" + "x" * MAX_SOURCE_BYTES],
}

REFUSED_CONCURRENT: dict[str, list[str]] = {
    "std::sync": ["use std::sync::Arc;", "use core::sync::atomic::*;", "pub fn f(x: std::sync::Mutex<u8>) {}"],
    "std::cell": ["use std::cell::UnsafeCell;", "use std::{cell as c};", "pub struct S(core::cell::Cell<u8>);"],
    "std::any::type_name": [
        "pub fn f() -> &'static str { std::any::type_name::<u8>() }",
        "use std::any::*;\npub fn f() -> &'static str { type_name::<u8>() }",
    ],
    "std::hint::spin_loop": ["pub fn f() { std::hint::spin_loop() }"],
    "place of compilation": ["pub const F: &str = file!();", "pub const F: &str = std::module_path!();"],
    "thread_local": ["thread_local! { static X: u8 = 1; }", "std::thread_local! { static X: u8 = 1; }"],
    "size of a type": [
        "pub fn f<T>() -> bool { std::mem::size_of::<T>() == 8 }",
        "use std::mem::size_of as s; pub fn f<T>() -> bool { s::<T>() == 8 }",
        "pub fn f<T>(x: T) -> bool { core::mem::size_of_val(&x) == 8 }",
    ],
    "volatile access": ["pub unsafe fn f(p: *const u8) -> u8 { p.read_volatile() }"],
    "hidden lock": [
        "pub struct S;\n"
        "impl std::fmt::Debug for S { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result "
        '{ Ok(()) } }\npub fn f() { print!("{:?}", S) }',
        'pub fn f() { eprintln!("{}", std::fmt::from_fn(|_| Ok(()))) }',
    ],
}

ALLOWED: list[str] = [
    "macro_rules! node { ($(#[doc = $d:literal])* $n:ident) => { pub struct $n; } }\nnode!{ /** A node. */ Node }",
    "pub mod a { fn g() -> u8 { 1 } pub mod b { pub fn f() { assert_eq!(super::g(), 1); } } }",
    "",
    "// std::fs, asm!, extern, #[no_mangle], unsafe { include!() }",
    "/* extern crate /* nested std::process */ env!() */ pub fn f() {}",
    "/// Calls `std::fs::read`, never `catch_unwind`.\npub fn f() {}",
    "//! #![feature(x)]\n#![allow(dead_code)]\npub struct S;",
    "/** #[cfg(loom)] */\npub struct S;",
    'pub const S: &str = "std::fs \\" extern crate";',
    'pub const S: &str = r##"include!("x") "# std::env"##;',
    'pub const S: &[u8] = b"asm!(\\"nop\\")";',
    'pub const S: &[u8] = br#"#[no_mangle] "std::net" "#;',
    "pub const A: (char, char, u8) = ('\"', '\\'', b'\\'');",
    "pub fn f<'std>(x: &'std str) -> &'std str { 'fs: loop { break 'fs; } x }",
    "pub fn f() { let extern_count = 1; let unsafe_flag = true; let _ = (extern_count, unsafe_flag); }",
    "pub fn f(env: u8, fs: u8, io: u8, process: u8, include: u8, asm: u8, cfg: u8) -> u8 "
    "{ env + fs + io + process + include + asm + cfg }",
    "pub fn f() -> f64 { let std = 2.0; let core = [std]; core[0] / std }",
    "pub struct Cpu { pub core: u8, pub std: u8 }\nimpl Cpu { pub fn f(&self) -> u8 { self.core + self.std } }",
    "pub mod io { pub fn read() -> u8 { 1 } }\npub fn f() -> u8 { io::read() }",
    "pub mod env { pub struct Env; }\nuse env::Env;\nuse self::env as e;\npub fn f(_: Env) -> e::Env { e::Env }",
    "pub struct Set(Vec<u8>);\nimpl Set { pub fn include(&mut self, x: u8) { self.0.push(x) } }\n"
    "pub fn f(s: &mut Set) { s.include(1) }",
    "pub struct Gate(u8);\nimpl Gate { pub fn admit(&mut self) { self.0 += 1 } pub fn assume(&self) {} }\n"
    "pub fn f(g: &mut Gate) { g.admit(); g.assume() }",
    "fn admit(x: u8) -> bool { x > 1 }\npub fn f() -> bool { admit(2) }",
    "pub struct Instant(pub u64);\npub fn f(i: Instant) -> u64 { i.0 }\nuse std::time::Duration;\n"
    "pub fn g() -> Duration { Duration::ZERO }",
    "pub struct System;\nuse std::alloc::Layout;\npub fn f() -> (System, Layout) { (System, Layout::new::<u8>()) }",
    "use std::alloc::{self, Layout};\npub fn f() -> *mut u8 { unsafe { alloc::alloc(Layout::new::<u64>()) } }",
    "use std::panic::{AssertUnwindSafe, UnwindSafe};\npub fn f(x: impl UnwindSafe) { let _ = AssertUnwindSafe(x); }",
    "macro_rules! square { ($x:expr) => { $x * $x } }\npub fn f() -> u8 { square!(3) }",
    "macro_rules! widest { ($($t:ty),*) => { [$(<$t>::MAX as u128),*] } }\n"
    "pub fn f() -> [u128; 2] { widest!(u8, u16) }",
    "macro_rules! getter { ($name:ident: $t:ty) => { pub fn $name() -> $t { <$t>::default() } } }\ngetter!(zero: u8);",
    "macro_rules! differs { ($a:expr, $b:expr) => { $a != $b && !($a == $b) } }\npub fn f() -> bool { differs!(1, 2) }",
    "macro_rules! map { ($($k:expr => $v:expr),* $(,)?) => { std::collections::BTreeMap::from([$(($k, $v)),*]) } }\n"
    "pub fn f() -> usize { map!{1 => 2,}.len() }",
    "macro_rules! modules { ($name:ident) => { pub mod $name { pub fn f() {} } } }\nmodules!(io);",
    "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]\npub struct S { pub x: u8 }",
    "#[derive(std::clone::Clone, ::core::fmt::Debug,)]\npub enum E { A, B }",
    "#[derive(Default)]\npub enum E { #[default] A, B }",
    "#[inline(always)] #[must_use] #[allow(clippy::all, unused)] #[cold] pub fn f() -> u8 { 1 }",
    "#[repr(C, align(64))] #[non_exhaustive] pub struct S(u8);",
    '#[doc(hidden)] #[deprecated(note = "std::fs")] pub fn f() {}',
    "#[rustfmt::skip] pub fn f() { }",
    "pub fn f(x: &mut [u8]) { unsafe { *x.get_unchecked_mut(0) = 1 } }",
    "use std::collections::{BTreeMap, HashMap, VecDeque, hash_map::{self, Entry}};\n"
    "pub fn f(m: &mut HashMap<u8, u8>) { if let Entry::Vacant(v) = m.entry(1) { v.insert(2); } }",
    "use std::{cmp::{self, Ordering}, fmt::{self, Display, Write as _}, mem, ops::{Deref, Index}, ptr};\n"
    "pub fn f() -> Ordering { cmp::max(1, 2).cmp(&mem::align_of::<*const u8>()) }",
    "use core::mem;\nuse core::ptr::NonNull;\npub fn f() -> usize { mem::align_of::<NonNull<u8>>() }",
    "pub fn f() -> u64 { std::hint::black_box(std::u64::MAX) + ::std::primitive::u64::MIN }",
    "#[derive(Debug)]\npub struct S;\n"
    "impl std::fmt::Display for S { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result "
    '{ write!(f, "std") } }\nimpl std::error::Error for S {}',
    'pub fn f() { println!("{}", 1); eprintln!("x"); print!("y"); std::println!(); dbg!(1); }',
    'pub fn f(x: Option<u8>) -> u8 { assert!(!(x.is_none())); x.unwrap_or_else(|| unreachable!("no")) }',
    "use std::rc::Rc;\nuse std::any::Any;\npub fn f(x: Rc<dyn Any>) -> bool { x.is::<u8>() }",
    "#[cfg(test)]\nmod tests {\n    use super::*;\n"
    "    use std::{fs, thread};\n    #[test]\n    fn t() { assert!(true); }\n}",
    "#[cfg(test)] use std::process;\n#[cfg(test)] #[allow(unused)] pub(crate) fn f() { std::process::exit(1) }",
    "pub struct S;\n#[cfg(test)]\nimpl S { fn f() { std::process::exit(1) } }",
    "pub mod a { pub mod b { pub fn f() -> u8 { super::super::g() } use super::h as k; } fn h() {} }\n"
    "fn g() -> u8 { 1 }",
    "#!/usr/bin/env run\npub fn f() {}",
    "\ufeff#![allow(dead_code)]\nfn f() {}",
    "pub fn r#extern(r#mod: u8) -> u8 { r#mod }",
    "macro_rules! \u212a { () => { 1 } }\npub fn f() -> u8 { K!() }",
    "pub struct Größe(pub u8);\npub fn größe() -> Größe { Größe(1) }",
    "pub fn f(a: u8, b: u8) -> bool { if !(a > b) { return !(a == b); } a != b }",
    "pub fn f(x: (u8, (u8, u8))) -> f64 { (x.1.0 as f64) * 1.5e3 + 1_000.0_f64 + 0x1F as f64 }",
    "pub trait T { type Std; fn std(&self) -> Self::Std; }\npub fn f<X: T>(x: &X) -> X::Std { x.std() }",
]

ALLOWED_SEQUENTIAL: list[str] = [
    "use std::cell::{Cell, RefCell};\npub struct S(pub RefCell<Cell<u8>>);",
    "use std::sync::{Arc, Mutex, atomic::{AtomicU8, Ordering}};\n"
    "pub fn f(x: Arc<Mutex<AtomicU8>>) -> u8 { x.lock().unwrap().load(Ordering::SeqCst) }",
    "thread_local! { static X: u8 = 1; }",
    "pub fn f() -> &'static str { std::any::type_name::<u8>() }",
]

ALLOWED_CONCURRENT: list[str] = [
    "use crate::sync::{Arc, Mutex, atomic::*, cell::UnsafeCell, thread, hint};",
    "use crate::sync::cell::UnsafeCell;\nuse crate::types::*;\nuse crate::Report;\nuse crate::sut;",
    "pub fn f() { crate::sync::hint::spin_loop(); }\npub(crate) fn g() {}\npub(in crate::sut) fn h() {}",
    "pub mod inner { use super::super::sync::Arc; use super::g; }\nfn g() {}",
]


def refused(source: str, *, concurrent: bool) -> set[str]:
    return {construct for _, construct, _ in listed_constructs(source, concurrent=concurrent)}


@pytest.mark.parametrize(("construct", "source"), [(c, s) for c, sources in REFUSED.items() for s in sources])
def test_refused_in_every_task_and_explained(construct: str, source: str) -> None:
    assert construct in refused(source, concurrent=False)
    assert construct in refused(source, concurrent=True)
    assert EXPLANATION[construct].endswith(".")


@pytest.mark.parametrize(
    ("construct", "source"), [(c, s) for c, sources in REFUSED_CONCURRENT.items() for s in sources]
)
def test_refused_where_the_schedules_would_not_see_it(construct: str, source: str) -> None:
    assert refused(source, concurrent=True) == {construct}
    assert refused(source, concurrent=False) == set()
    assert construct in EXPLANATION


@pytest.mark.parametrize("source", ALLOWED)
def test_allowed_in_every_task(source: str) -> None:
    assert listed_constructs(source, concurrent=False) == []
    assert listed_constructs(source, concurrent=True) == []


@pytest.mark.parametrize("source", ALLOWED_SEQUENTIAL)
def test_allowed_where_nothing_runs_beside_it(source: str) -> None:
    assert listed_constructs(source, concurrent=False) == []
    assert listed_constructs(source, concurrent=True) != []


@pytest.mark.parametrize("source", ALLOWED_CONCURRENT)
def test_the_shim_is_allowed(source: str) -> None:
    assert listed_constructs(source, concurrent=True) == []


def test_a_refusal_shows_its_line() -> None:
    source = "pub fn f() {}\n/* two\nlines */ use std::{\n    mem,\n    fs,\n};\n"
    assert listed_constructs(source, concurrent=False) == [(5, "std::fs", "fs,")]


def test_hostile_texts_are_read_without_recursion() -> None:
    for piece in ["std::{", "m!{", "/*", "'", "use super::{", "#[cfg(test)]", "#[cfg(test)] fn a ", "mod a{"]:
        assert len(listed_constructs(piece * 10_000, concurrent=True)) <= 50
    assert len(listed_constructs("extern\n" * 1000, concurrent=False)) == 50


def test_literals_are_cut_where_rustc_cuts_them() -> None:
    source = """'a' 'b 'static '\\'' b'"' "x\\"y" r#"a"b"# "s"suffix r"t"r"u" br##"#"## 1.5e3_f64 0..9
r#fn c"z" 1. 2e+3r"v" 1.max"""
    assert words(lex(source)) == [
        *("'a'", "'b", "'static", "'\\''", "b'\"'", '"x\\"y"', 'r#"a"b"#', '"s"suffix', 'r"t"r', '"u"'),
        *('br##"#"##', "1.5e3_f64", "0", ".", ".", "9", "r#fn", 'c"z"'),
        *("1.", "2e+3r", '"v"', "1", ".", "max"),
    ]
