//! A thread stops on its way to a cell, with nothing left to do before: another that comes to the same cell then
//! could as well come at the same moment, and if one of them writes that is a race.
use super::{all, fail, hidden, lifetimes};

static mut ON_THEIR_WAY: Vec<(usize, usize, &'static str, bool)> = Vec::new();
#[allow(static_mut_refs)]
fn on_their_way() -> &'static mut Vec<(usize, usize, &'static str, bool)> {
    unsafe { &mut ON_THEIR_WAY }
}
pub fn begin() {
    on_their_way().clear();
}
/// The cell of this type of content at this place; one within another stands at the same place.
pub fn comes<T>(place: usize, writes: bool) {
    let now = all().now;
    if !now.candidate || now.thread == 0 || std::mem::size_of::<T>() == 0 {
        return;
    }
    let own = (now.thread, place, std::any::type_name::<T>(), writes);
    let meets = |other: &&(usize, usize, &str, bool)| {
        other.0 != own.0 && (other.1, other.2) == (own.1, own.2) && (other.3 || writes)
    };
    if on_their_way().iter().find(meets).is_some() {
        fail("race", "two threads come to a cell at once, and one of them writes");
    }
    hidden(|| on_their_way().push(own));
    lifetimes::may_switch();
    on_their_way().retain(|each| *each != own);
}
