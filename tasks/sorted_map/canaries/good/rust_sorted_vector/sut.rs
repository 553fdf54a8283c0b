//! One sorted vector.
pub struct SortedMap {
    pairs: Vec<(i64, i64)>,
}

impl SortedMap {
    pub fn new() -> Self {
        SortedMap { pairs: Vec::new() }
    }

    fn seat(&self, key: i64) -> Result<usize, usize> {
        self.pairs.binary_search_by_key(&key, |pair| pair.0)
    }

    pub fn set(&mut self, key: i64, value: i64) {
        match self.seat(key) {
            Ok(at) => self.pairs[at].1 = value,
            Err(at) => self.pairs.insert(at, (key, value)),
        }
    }

    pub fn get(&self, key: i64) -> Option<i64> {
        self.seat(key).ok().map(|at| self.pairs[at].1)
    }

    pub fn remove(&mut self, key: i64) -> bool {
        self.seat(key).map(|at| self.pairs.remove(at)).is_ok()
    }

    pub fn range(&self, lo: i64, hi: i64) -> Vec<(i64, i64)> {
        self.pairs.iter().filter(|pair| lo <= pair.0 && pair.0 < hi).copied().collect()
    }

    pub fn nth(&self, i: u32) -> Option<(i64, i64)> {
        self.pairs.get(i as usize).copied()
    }

    pub fn len(&self) -> u32 {
        self.pairs.len() as u32
    }
}
