//! Without a lock: a page is a state that never changes, exchanged as a whole; a state that was replaced is kept until the
//! cache is dropped, since a reader may still hold it.
use crate::sync::atomic::{AtomicPtr, Ordering};
use std::ptr;

#[derive(Clone)]
struct State {
    version: u64,
    values: Option<Vec<u64>>,
    dirty: bool,
    there: bool,
}

/// A state where it can be reached, and the one that it replaced.
struct Kept {
    state: State,
    older: *mut Kept,
}

pub struct PageCache {
    pages: [AtomicPtr<Kept>; 4],
}

unsafe impl Send for PageCache {}
unsafe impl Sync for PageCache {}

impl State {
    fn set(&mut self, version: u64, values: Vec<u64>) -> u64 {
        (self.version, self.values) = (version, Some(values));
        (self.dirty, self.there) = (true, true);
        version
    }

    fn at(&mut self, version: u64) -> Result<&mut Self, Option<u64>> {
        match self.values {
            None => Err(None),
            Some(_) if self.version != version => Err(Some(self.version)),
            Some(_) => Ok(self),
        }
    }
}

impl PageCache {
    pub fn new() -> Self {
        let state = || State { version: 0, values: None, dirty: false, there: false };
        PageCache { pages: [0, 1, 2, 3].map(|_| AtomicPtr::new(kept(state(), ptr::null_mut()))) }
    }

    /// Exchanges the state of a page for what `work` makes of a copy, unless it says that there is nothing to change.
    fn page<R>(&self, pid: u64, none: R, work: impl Fn(&mut State) -> (R, bool)) -> R {
        let Some(page) = usize::try_from(pid).ok().and_then(|pid| self.pages.get(pid)) else { return none };
        loop {
            let old = page.load(Ordering::SeqCst);
            let mut state = unsafe { &(*old).state }.clone();
            let (answer, changes) = work(&mut state);
            if !changes {
                return answer;
            }
            let new = kept(state, old);
            if page.compare_exchange(old, new, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
                return answer;
            }
            drop(unsafe { Box::from_raw(new) });
        }
    }

    pub fn allocate(&self, pid: u64) -> Option<u64> {
        self.page(pid, None, |state| {
            let free = state.values.is_none();
            (free.then(|| state.set(state.version, Vec::new())), free)
        })
    }

    pub fn get(&self, pid: u64) -> Option<View> {
        self.page(pid, None, |state| {
            let loads = state.values.is_some() && !state.there;
            state.there |= loads;
            (state.values.clone().map(|values| View { version: state.version, values }), loads)
        })
    }

    pub fn replace(&self, pid: u64, version: u64, value: u64) -> Result<u64, Option<u64>> {
        self.page(pid, Err(None), |state| {
            let found = state.at(version).map(|state| state.set(version + 1, vec![value]));
            (found, found.is_ok())
        })
    }

    pub fn link(&self, pid: u64, version: u64, delta: u64) -> Result<u64, Option<u64>> {
        self.page(pid, Err(None), |state| {
            let found = state.at(version).map(|state| {
                let mut values = state.values.take().unwrap_or_default();
                values.push(delta);
                state.set(version + 1, values)
            });
            (found, found.is_ok())
        })
    }

    pub fn free(&self, pid: u64) -> bool {
        self.page(pid, false, |state| {
            let was = state.values.take().is_some();
            state.version += was as u64;
            (state.dirty, state.there) = (false, false);
            (was, was)
        })
    }

    pub fn evict(&self, pid: u64) -> Option<bool> {
        self.page(pid, None, |state| {
            let (there, clean) = (state.there, !state.dirty);
            (state.dirty, state.there) = (false, there && !clean);
            (there.then_some(clean), there)
        })
    }
}

fn kept(state: State, older: *mut Kept) -> *mut Kept {
    Box::into_raw(Box::new(Kept { state, older }))
}

impl Drop for PageCache {
    fn drop(&mut self) {
        for page in &mut self.pages {
            let mut state = page.with_mut(|state| *state);
            while !state.is_null() {
                state = unsafe { Box::from_raw(state) }.older;
            }
        }
    }
}
