//! One version for all pages.
use crate::sync::Mutex;

#[derive(Default)]
struct Page {
    values: Option<Vec<u64>>,
    dirty: bool,
    there: bool,
}

pub struct PageCache {
    pages: Mutex<(u64, [Page; 4])>,
}

impl Page {
    fn set(&mut self, values: Vec<u64>) {
        (self.values, self.dirty, self.there) = (Some(values), true, true);
    }

    fn at(&mut self, now: u64, version: u64) -> Result<&mut Self, Option<u64>> {
        match self.values {
            None => Err(None),
            Some(_) if now != version => Err(Some(now)),
            Some(_) => Ok(self),
        }
    }
}

impl PageCache {
    pub fn new() -> Self {
        PageCache { pages: Mutex::new(Default::default()) }
    }

    /// What `work` makes of a page, or what is said where there is none.
    fn page<R>(&self, pid: u64, none: R, work: impl FnOnce(&mut Page, &mut u64) -> R) -> R {
        let mut held = self.pages.lock().unwrap();
        let (version, pages) = &mut *held;
        match pages.get_mut(usize::try_from(pid).unwrap_or(usize::MAX)) {
            Some(page) => work(page, version),
            None => none,
        }
    }

    pub fn allocate(&self, pid: u64) -> Option<u64> {
        self.page(pid, None, |page, now| {
            let free = page.values.is_none();
            free.then(|| {
                page.set(Vec::new());
                *now
            })
        })
    }

    pub fn get(&self, pid: u64) -> Option<View> {
        self.page(pid, None, |page, now| {
            let values = page.values.clone()?;
            page.there = true;
            Some(View { version: *now, values })
        })
    }

    pub fn replace(&self, pid: u64, version: u64, value: u64) -> Result<u64, Option<u64>> {
        self.page(pid, Err(None), |page, now| {
            page.at(*now, version)?.set(vec![value]);
            *now += 1;
            Ok(*now)
        })
    }

    pub fn link(&self, pid: u64, version: u64, delta: u64) -> Result<u64, Option<u64>> {
        self.page(pid, Err(None), |page, now| {
            let page = page.at(*now, version)?;
            let mut values = page.values.take().unwrap_or_default();
            values.push(delta);
            page.set(values);
            *now += 1;
            Ok(*now)
        })
    }

    pub fn free(&self, pid: u64) -> bool {
        self.page(pid, false, |page, now| {
            (page.dirty, page.there) = (false, false);
            let was = page.values.take().is_some();
            *now += was as u64;
            was
        })
    }

    pub fn evict(&self, pid: u64) -> Option<bool> {
        self.page(pid, None, |page, _| {
            let clean = !page.dirty;
            if !page.there {
                return None;
            }
            (page.dirty, page.there) = (false, !clean);
            Some(clean)
        })
    }
}
