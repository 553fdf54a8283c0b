"""Whether a shared object says that it may be sent or shared where what it stores may not: `unsafe impl<T> Send`.

The compiler is asked: a constant is worked out for a value that may be neither sent nor shared, and stops it if the
object may be all the same. Where the object cannot be made of such a value, nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from probatum.task.interface import Interface
from probatum.task.rustform import RustForm
from probatum.toolchains.rust.code import Code
from probatum.toolchains.rust.concurrent.clients import shared_class
from probatum.toolchains.rust.generate import types_text

SAYS = "although what it stores may not: the bound is missing, as in `unsafe impl<T: Send>`"
"""What the compiler says when it was stopped."""
ASKED = """
pub struct Unsent(*const ());
impl ::std::clone::Clone for Unsent {{ fn clone(&self) -> Self {{ Unsent(self.0) }} }}
struct Asked<T>(::std::marker::PhantomData<T>);
trait Otherwise {{ const SENT: bool = false; const SHARED: bool = false; }}
impl<T> Otherwise for Asked<T> {{}}
impl<T: ::std::marker::Send> Asked<T> {{ const SENT: bool = true; }}
impl<T: ::std::marker::Sync> Asked<T> {{ const SHARED: bool = true; }}
const _: () = ::std::assert!(!Asked::<sut::{object}>::SENT, "{name} may be sent to another thread, {says}");
const _: () = ::std::assert!(!Asked::<sut::{object}>::SHARED, "{name} may be shared by threads, {says}");
fn main() {{}}
"""


def says_itself(code: Code) -> bool:
    """Whether a candidate says itself what may be sent or shared; else the compiler works it out."""
    return any(pair == ("unsafe", "impl") for pair in zip(code.texts, code.texts[1:], strict=False))


def sendable_text(interface: Interface, own: Mapping[str, str]) -> str:
    """``main.rs`` with those constants; "" where the object stores nothing whose type may be chosen."""
    declared = shared_class(interface)
    form = declared.rust or RustForm()
    if form.of(declared.name, "Unsent") == form.of(declared.name, "Sent"):
        return ""
    asked = ASKED.format(object=form.of(declared.name, "Unsent"), name=declared.name, says=SAYS)
    return "\n".join([*types_text(interface, own), asked])
