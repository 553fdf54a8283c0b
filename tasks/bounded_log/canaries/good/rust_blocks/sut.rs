//! Blocks of a fixed size, made when needed.
const BLOCK: usize = 16;

pub struct BoundedLog {
    blocks: Vec<Box<[u64; BLOCK]>>,
    held: usize,
    capacity: usize,
}

impl BoundedLog {
    pub fn new(capacity: u32) -> Self {
        BoundedLog { blocks: Vec::new(), held: 0, capacity: capacity as usize }
    }

    pub fn append(&mut self, value: u64) -> bool {
        if self.held == self.capacity {
            return false;
        }
        if self.held / BLOCK == self.blocks.len() {
            self.blocks.push(Box::new([0; BLOCK]));
        }
        self.blocks[self.held / BLOCK][self.held % BLOCK] = value;
        self.held += 1;
        true
    }

    pub fn get(&self, index: u32) -> Option<u64> {
        let index = index as usize;
        (index < self.held).then(|| self.blocks[index / BLOCK][index % BLOCK])
    }

    pub fn len(&self) -> usize {
        self.held
    }

    pub fn clear(&mut self) {
        self.held = 0;
    }
}
