//! Sets of accesses, by their numbers.

const WORDS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Accesses([u64; WORDS]);

impl Accesses {
    pub(super) const MOST: usize = 64 * WORDS;
    pub(super) const NONE: Accesses = Accesses([0; WORDS]);

    pub(super) fn with(mut self, at: usize) -> Accesses {
        self.0[at / 64] |= 1 << (at % 64);
        self
    }
    pub(super) fn without(&self, at: usize) -> Accesses {
        let mut rest = *self;
        rest.0[at / 64] &= !(1 << (at % 64));
        rest
    }
    pub(super) fn meet(&self, other: &Accesses) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }
    pub(super) fn beyond(mut self, known: &Accesses) -> Accesses {
        self.0.iter_mut().zip(&known.0).for_each(|(one, known)| *one &= !known);
        self
    }
    /// Takes one out; None where none is left.
    pub(super) fn take(&mut self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        let bit = self.0[word].trailing_zeros() as usize;
        self.0[word] &= self.0[word] - 1;
        Some(64 * word + bit)
    }
}

impl std::ops::BitOrAssign for Accesses {
    fn bitor_assign(&mut self, other: Accesses) {
        self.0.iter_mut().zip(&other.0).for_each(|(one, other)| *one |= other);
    }
}
