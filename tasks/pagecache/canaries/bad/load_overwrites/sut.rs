//! A page is loaded without its lock, and put in memory over a change that came between.
use crate::sync::Mutex;

/// What a page is in memory.
struct Frame {
    values: Vec<u64>,
    dirty: bool,
}

#[derive(Default)]
struct Page {
    used: bool,
    version: u64,
    frame: Option<Frame>,
    stored: Vec<u64>,
}

pub struct PageCache {
    pages: [Mutex<Page>; 4],
}

impl Page {
    /// The page in memory, loaded from the store where it was not there.
    fn frame(&mut self) -> Option<&mut Frame> {
        if self.used && self.frame.is_none() {
            self.frame = Some(Frame { values: self.stored.clone(), dirty: false });
        }
        self.frame.as_mut()
    }

    fn change(&mut self, version: u64, change: impl FnOnce(&mut Vec<u64>)) -> Result<u64, Option<u64>> {
        if !self.used || self.version != version {
            return Err(self.used.then_some(self.version));
        }
        let frame = self.frame().ok_or(None)?;
        change(&mut frame.values);
        frame.dirty = true;
        self.version += 1;
        Ok(self.version)
    }
}

impl PageCache {
    pub fn new() -> Self {
        PageCache { pages: [0, 1, 2, 3].map(|_| Mutex::new(Page::default())) }
    }

    fn page(&self, pid: u64) -> Option<&Mutex<Page>> {
        self.pages.get(usize::try_from(pid).ok()?)
    }

    pub fn allocate(&self, pid: u64) -> Option<u64> {
        let mut page = self.page(pid)?.lock().unwrap();
        if page.used {
            return None;
        }
        page.used = true;
        page.frame = Some(Frame { values: Vec::new(), dirty: true });
        Some(page.version)
    }

    pub fn get(&self, pid: u64) -> Option<View> {
        let page = self.page(pid)?.lock().unwrap();
        let version = page.version;
        if !page.used {
            return None;
        }
        if let Some(frame) = &page.frame {
            return Some(View { version, values: frame.values.clone() });
        }
        let values = page.stored.clone();
        drop(page);
        let mut page = self.page(pid)?.lock().unwrap();
        page.frame = Some(Frame { values: values.clone(), dirty: false });
        Some(View { version, values })
    }

    pub fn replace(&self, pid: u64, version: u64, value: u64) -> Result<u64, Option<u64>> {
        self.page(pid).ok_or(None)?.lock().unwrap().change(version, |values| *values = vec![value])
    }

    pub fn link(&self, pid: u64, version: u64, delta: u64) -> Result<u64, Option<u64>> {
        self.page(pid).ok_or(None)?.lock().unwrap().change(version, |values| values.push(delta))
    }

    pub fn free(&self, pid: u64) -> bool {
        let Some(page) = self.page(pid) else { return false };
        let mut page = page.lock().unwrap();
        page.frame = None;
        page.stored = Vec::new();
        page.version += page.used as u64;
        std::mem::take(&mut page.used)
    }

    pub fn evict(&self, pid: u64) -> Option<bool> {
        let mut page = self.page(pid)?.lock().unwrap();
        let mut frame = page.frame.take()?;
        if !frame.dirty {
            return Some(true);
        }
        page.stored = frame.values.clone();
        frame.dirty = false;
        page.frame = Some(frame);
        Some(false)
    }
}
