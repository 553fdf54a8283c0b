//! A hash table with open addressing; sorted only when asked.
#[derive(Clone, Copy)]
enum Slot {
    Empty,
    Gone,
    Held(u64, u64),
}

pub struct KvStore {
    slots: Vec<Slot>,
    held: usize,
    used: usize,
}

impl KvStore {
    pub fn new() -> Self {
        KvStore { slots: vec![Slot::Empty; 8], held: 0, used: 0 }
    }

    fn start(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % self.slots.len()
    }

    fn find(&self, key: u64) -> Option<usize> {
        let mut at = self.start(key);
        loop {
            match self.slots[at] {
                Slot::Empty => return None,
                Slot::Held(k, _) if k == key => return Some(at),
                _ => at = (at + 1) % self.slots.len(),
            }
        }
    }

    fn grow(&mut self) {
        let size = self.slots.len().max(4 * self.held);
        let old = std::mem::replace(&mut self.slots, vec![Slot::Empty; 2 * size]);
        self.held = 0;
        self.used = 0;
        for slot in old {
            if let Slot::Held(key, value) = slot {
                self.put(key, value);
            }
        }
    }

    pub fn put(&mut self, key: u64, value: u64) {
        if let Some(at) = self.find(key) {
            self.slots[at] = Slot::Held(key, value);
            return;
        }
        if 2 * (self.used + 1) > self.slots.len() {
            self.grow();
        }
        let mut at = self.start(key);
        while let Slot::Held(..) | Slot::Gone = self.slots[at] {
            at = (at + 1) % self.slots.len();
        }
        self.slots[at] = Slot::Held(key, value);
        self.held += 1;
        self.used += 1;
    }

    pub fn get(&self, key: u64) -> Option<u64> {
        self.find(key).and_then(|at| if let Slot::Held(_, value) = self.slots[at] { Some(value) } else { None })
    }

    pub fn delete(&mut self, key: u64) -> bool {
        match self.find(key) {
            Some(at) => {
                self.slots[at] = Slot::Gone;
                self.held -= 1;
                true
            }
            None => false,
        }
    }

    pub fn len(&self) -> u64 {
        self.held as u64
    }

    pub fn keys_sorted(&self) -> Vec<u64> {
        let mut keys: Vec<u64> =
            self.slots.iter().filter_map(|s| if let Slot::Held(k, _) = s { Some(*k) } else { None }).collect();
        keys.sort_unstable();
        keys
    }
}
