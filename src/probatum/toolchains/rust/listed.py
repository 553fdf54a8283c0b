"""What a candidate in Rust may not use, by name, and how each is explained to its author."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FREE = _names(
    "any alloc array ascii borrow boxed cell char clone cmp collections convert default error f32 f64 fmt future hash "
    "hint i128 i16 i32 i64 i8 isize iter marker mem num ops option panic pin prelude primitive ptr rc result slice str "
    "string sync task time u128 u16 u32 u64 u8 usize vec"
)
"""Modules of the standard library that may be named; the rest of it may not."""
SHIMMED = frozenset({"cell", "sync"})
"""Modules that a concurrent candidate takes from the shim, which shows their use to the schedules."""
COMMON_WORDS = frozenset({"cfg", "env", "include", "paste"})
"""Listed macros whose names are ordinary names too."""
WITHHELD = {
    "alloc": frozenset({"System", "Global", "set_alloc_error_hook", "take_alloc_error_hook"}),
    "prelude": COMMON_WORDS,
    "panic": _names("catch_unwind set_hook take_hook update_hook resume_unwind always_abort set_backtrace_style"),
    "time": frozenset({"Instant", "SystemTime", "UNIX_EPOCH"}),
}
"""What may not be taken out of a module that may be named."""
WITHHELD_CONCURRENT = {"any": frozenset({"type_name", "type_name_of_val"}), "hint": frozenset({"spin_loop"})}
"""The same for concurrent candidates."""
MACROS = _names(
    "addr_of addr_of_mut assert assert_eq assert_matches assert_ne column compile_error concat dbg debug_assert "
    "debug_assert_eq debug_assert_matches debug_assert_ne eprint eprintln file format format_args line matches "
    "module_path offset_of panic pin print println ready stringify thread_local todo unimplemented unreachable vec "
    "verus write writeln"
)
"""Macros that a candidate did not define and may call."""
PRINTS = frozenset({"print", "println", "eprint", "eprintln", "dbg"})
SIZES = frozenset({"size_of", "size_of_val", "size_of_val_raw", "offset_of"})
"""What tells the variants of the shim apart by how large its types are."""
LISTED_MACROS = {
    **dict.fromkeys(("asm", "global_asm", "naked_asm"), "assembly"),
    **dict.fromkeys(("include", "include_str", "include_bytes"), "include"),
    **dict.fromkeys(("env", "option_env"), "environment"),
    **dict.fromkeys(("cfg", "cfg_select", "cfg_match"), "cfg"),
    **dict.fromkeys(("concat_idents", "paste"), "assembled name"),
}
INNER = frozenset({"allow", "clippy", "deny", "doc", "expect", "forbid", "rustfmt", "warn"})
OUTER = INNER | _names(
    "cold default deprecated derive ignore inline macro_use must_use non_exhaustive repr should_panic test track_caller"
)
DERIVES = _names("Clone Copy Debug Default Eq Hash Ord PartialEq PartialOrd")
LISTED_ATTRIBUTES = {
    **dict.fromkeys(("cfg", "cfg_attr", "cfg_eval"), "cfg"),
    **dict.fromkeys(
        _names(
            "export_name ffi_const ffi_pure link link_args link_name link_ordinal link_section linkage naked no_mangle "
            "unsafe used"
        ),
        "linkage attribute",
    ),
    **dict.fromkeys(("alloc_error_handler", "global_allocator", "panic_handler", "start"), "runtime attribute"),
    **dict.fromkeys(("external", "kani", "trusted", "verifier", "verus"), "proof hole"),
    **dict.fromkeys(("proc_macro", "proc_macro_attribute", "proc_macro_derive"), "procedural macro"),
    "path": "file module",
}
BUILTIN = _names(
    "alloc_error_handler bench cfg_accessible cfg_eval define_opaque derive_const global_allocator test_case"
)
"""Attributes that are macros, so that they can be imported under another name."""
PROOF_HOLES = _names(
    "assume_specification external_body external_fn_specification external_trait_specification "
    "external_type_specification proof_from_false"
)
PROOF_CALLS = frozenset({"admit", "assume"})
FOREIGN = _names(
    "crossbeam crossbeam_epoch crossbeam_queue crossbeam_utils kani libc loom miri proptest shuttle stateright"
)
"""Crates that a harness may link, with those whose names begin as ours."""
KEYWORDS = _names(
    "Self abstract as async await become box break const continue crate do dyn else enum extern false final fn for if "
    "impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try "
    "type typeof unsafe unsized use virtual where while yield"
)
ROOT = frozenset({"sut", "sync", "types"})
"""Modules at the crate's root that a candidate may name."""
ROOT_WITHHELD = frozenset({"Glue", "Instance"})

_PURE = "a candidate answers calls from its arguments and its own state alone"
_STD = {
    "arch": "write it in plain Rust",
    "backtrace": "leave it out",
    "env": f"{_PURE}: pass what you need as a value",
    "ffi": f"{_PURE}: use String and Vec<u8>",
    "fs": f"{_PURE}: keep the data in a field",
    "intrinsics": "use the stable function of the same meaning",
    "io": f"{_PURE}: use Vec<u8> for bytes, and std::fmt::Write for text",
    "net": f"{_PURE}: leave it out",
    "os": f"{_PURE}: leave it out",
    "path": f"{_PURE}: use String",
    "process": f"{_PURE}: return an error, or panic",
    "simd": "write it in plain Rust",
    "thread": "threads come from the shim: `use crate::sync::thread;`, in tasks that declare concurrency",
}
_SYNC = (
    "the schedules see only what goes through the shim: `use crate::sync::{Arc, Mutex, atomic::*, cell::UnsafeCell};`"
)
EXPLANATION: dict[str, str] = {
    **{f"std::{name}": f"std::{name} is not offered: {fix}." for name, fix in _STD.items()},
    **{f"std::{name}": f"std::{name} is not offered in a concurrent task: {_SYNC}." for name in SHIMMED},
    **{
        f"std::{module}::{name}": f"std::{module}::{name} is not offered: {why}."
        for module, why in (
            ("alloc", "use the functions alloc, dealloc and realloc of std::alloc"),
            ("panic", "a panic must reach the judge; return a Result, or an Option"),
            ("time", "time comes in as an argument; std::time::Duration is fine"),
        )
        for name in sorted(WITHHELD[module])
    },
    **{
        f"std::any::{name}": f"std::any::{name} tells the shim's variants apart; leave it out."
        for name in sorted(WITHHELD_CONCURRENT["any"])
    },
    "std::hint::spin_loop": "Schedules must see a spin loop: `use crate::sync::hint;` and hint::spin_loop().",
    "std as a whole": "Name the module of the standard library that you use, as in `use std::collections::BTreeMap;`; "
    "std itself is not imported, renamed or globbed.",
    "std module not listed": "This part of the standard library is not offered; use one of: "
    + ", ".join(sorted(FREE))
    + ".",
    "assembled name": "A macro here puts together a path, an attribute or a macro's name out of its arguments; write "
    "names out in full.",
    "assembly": "Assembly is not read by any level: write it in plain Rust.",
    "attribute": "This attribute is not offered: leave it out (inline, must_use, allow, derive, repr, doc are fine).",
    "cfg": "Conditional compilation would show each level another text: drop it (`#[cfg(test)]` on a mod, use, fn or "
    "impl may stay; it is never compiled).",
    "catch_unwind": "A panic must reach the judge: return a Result, or an Option.",
    "crate root": "Only crate::sync, crate::types and types by name are a candidate's business at the crate's root; "
    "name your own items through self:: or directly.",
    "derive": "Only Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq and PartialOrd may be derived: write it.",
    "environment": "env! and option_env! read where it was compiled: write the value out.",
    "extern": "Foreign functions, crates and calling conventions are not offered: write it in Rust with the standard "
    "library.",
    "file module": "A candidate is one file: write `mod name { ... }` in place.",
    "hidden lock": "Printing holds a lock while fmt() runs, which the schedules do not see: leave the print or the "
    "hand-written fmt() out of a concurrent candidate.",
    "include": "A candidate is one file: write the text out.",
    "inner attribute": "Inner attributes that change the language or the crate are not offered (allow, warn, deny, "
    "forbid and doc are fine).",
    "linkage attribute": "Attributes for the linker are not offered: leave it out.",
    "macro from elsewhere": "Only macros of this file and plain ones of the standard library may be called: write it "
    "out.",
    "misleading import": "Nothing is imported under the name of a macro or an attribute of the language: choose "
    "another name.",
    "module called std or core": "It hides the standard library from its reader: rename the module.",
    "other crate": "Only the standard library is linked for candidates: write it with std.",
    "size of a type": "The size of a type tells the variants of a concurrent candidate apart: do without it.",
    "place of compilation": "file! and module_path! tell the variants of a concurrent candidate apart: leave it out.",
    "procedural macro": "Procedural macros are not offered: write the code out.",
    "proof hole": "assume, admit, external_body and the like take for granted what is to be proven: prove it.",
    "runtime attribute": "Allocator, entry point and panic handler belong to the harness: leave it out.",
    "thread_local": "Thread-local values bypass the shim in a concurrent task: keep them in a field.",
    "too large": "Write a source of at most 400,000 bytes.",
    "volatile access": "Volatile accesses bypass the shim in a concurrent task: use `crate::sync::atomic`.",
}
"""Per construct, a sentence that says why it is refused and what to do instead."""
