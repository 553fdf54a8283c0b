//! Pairs in one vector, sorted by key.

#[derive(Default)]
pub struct KvStore {
    pairs: Vec<(u64, u64)>,
}

impl KvStore {
    pub fn new() -> Self {
        Self::default()
    }

    fn place(&self, key: u64) -> Result<usize, usize> {
        self.pairs.binary_search_by_key(&key, |pair| pair.0)
    }

    pub fn put(&mut self, key: u64, value: u64) {
        match self.place(key) {
            Ok(at) => self.pairs[at].1 = value,
            Err(at) => self.pairs.insert(at, (key, value)),
        }
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.place(key).ok().map(|at| self.pairs[at].1)
    }

    pub fn delete(&mut self, key: u64) -> bool {
        match self.place(key) {
            Ok(at) => {
                self.pairs.remove(at);
                true
            }
            Err(_) => false,
        }
    }

    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    pub fn keys_sorted(&self) -> Vec<u64> {
        self.pairs.iter().map(|pair| pair.0).collect()
    }
}
