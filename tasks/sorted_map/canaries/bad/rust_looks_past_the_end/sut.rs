//! A sorted table in one block, which is searched from the end.

pub struct SortedMap {
    keys: Vec<i64>,
    values: Vec<i64>,
}

impl SortedMap {
    pub fn new() -> Self {
        SortedMap { keys: Vec::with_capacity(4), values: Vec::new() }
    }

    /// The place of the first key that is not below `key`.
    fn place(&self, key: i64) -> usize {
        let mut at = 0;
        // The key is looked at before the end is.
        while unsafe { self.keys.as_ptr().add(at).read() } < key && at < self.keys.len() {
            at += 1;
        }
        at
    }

    fn found(&self, key: i64) -> Option<usize> {
        Some(self.place(key)).filter(|at| self.keys.get(*at) == Some(&key))
    }

    pub fn set(&mut self, key: i64, value: i64) {
        match self.found(key) {
            Some(at) => self.values[at] = value,
            None => {
                let at = self.place(key);
                self.keys.insert(at, key);
                self.values.insert(at, value);
            }
        }
    }

    pub fn get(&self, key: i64) -> Option<i64> {
        self.found(key).map(|at| self.values[at])
    }

    pub fn remove(&mut self, key: i64) -> bool {
        let Some(at) = self.found(key) else { return false };
        self.keys.remove(at);
        self.values.remove(at);
        true
    }

    pub fn range(&self, lo: i64, hi: i64) -> Vec<(i64, i64)> {
        let pairs = self.keys.iter().copied().zip(self.values.iter().copied());
        pairs.filter(|pair| lo <= pair.0 && pair.0 < hi).collect()
    }

    pub fn nth(&self, i: u32) -> Option<(i64, i64)> {
        let at = i as usize;
        self.keys.get(at).map(|key| (*key, self.values[at]))
    }

    pub fn len(&self) -> u64 {
        self.keys.len() as u64
    }
}
