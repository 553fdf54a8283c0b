//! The version is compared under the lock, and the value put in under the next one.
use crate::sync::Mutex;

#[derive(Default)]
struct Page {
    version: u64,
    values: Option<Vec<u64>>,
    dirty: bool,
    there: bool,
}

pub struct PageCache {
    pages: Mutex<[Page; 4]>,
}

impl Page {
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
        PageCache { pages: Mutex::new(Default::default()) }
    }

    /// What `work` makes of a page, or what is said where there is none.
    fn page<R>(&self, pid: u64, none: R, work: impl FnOnce(&mut Page) -> R) -> R {
        match self.pages.lock().unwrap().get_mut(usize::try_from(pid).unwrap_or(usize::MAX)) {
            Some(page) => work(page),
            None => none,
        }
    }

    pub fn allocate(&self, pid: u64) -> Option<u64> {
        self.page(pid, None, |page| page.values.is_none().then(|| page.set(page.version, Vec::new())))
    }

    pub fn get(&self, pid: u64) -> Option<View> {
        self.page(pid, None, |page| {
            let values = page.values.clone()?;
            page.there = true;
            Some(View { version: page.version, values })
        })
    }

    pub fn replace(&self, pid: u64, version: u64, value: u64) -> Result<u64, Option<u64>> {
        self.page(pid, Err(None), |page| page.at(version).map(|_| ()))?;
        self.page(pid, Err(None), |page| Ok(page.set(version + 1, vec![value])))
    }

    pub fn link(&self, pid: u64, version: u64, delta: u64) -> Result<u64, Option<u64>> {
        self.page(pid, Err(None), |page| {
            let page = page.at(version)?;
            let mut values = page.values.take().unwrap_or_default();
            values.push(delta);
            Ok(page.set(version + 1, values))
        })
    }

    pub fn free(&self, pid: u64) -> bool {
        self.page(pid, false, |page| {
            (page.dirty, page.there) = (false, false);
            let was = page.values.take().is_some();
            page.version += was as u64;
            was
        })
    }

    pub fn evict(&self, pid: u64) -> Option<bool> {
        self.page(pid, None, |page| {
            let clean = !page.dirty;
            if !page.there {
                return None;
            }
            (page.dirty, page.there) = (false, !clean);
            Some(clean)
        })
    }
}
