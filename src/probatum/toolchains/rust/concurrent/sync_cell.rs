//! A cell whose accesses Loom checks for races, and Shuttle's harness for those that it comes across.
#[cfg(probatum_loom)]
use super::imp;
use super::watch;

/// Under Loom what it holds stands beside what Loom watches: the destructor of a retired object is not checked, as it
/// comes after everything, though Loom is not told why.
#[cfg(probatum_loom)]
pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>, imp::cell::UnsafeCell<()>);
#[cfg(not(probatum_loom))]
pub struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    #[track_caller]
    pub fn new(value: T) -> Self {
        #[cfg(probatum_loom)]
        return watch::hidden(|| UnsafeCell(std::cell::UnsafeCell::new(value), imp::cell::UnsafeCell::new(())));
        #[cfg(not(probatum_loom))]
        return UnsafeCell(std::cell::UnsafeCell::new(value));
    }
    #[track_caller]
    pub fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
        watch::note("read of a cell");
        watch::settled::reads();
        #[cfg(probatum_asan)]
        watch::places::touch(self);
        #[cfg(probatum_shuttle)]
        watch::touching::comes::<T>(self as *const Self as usize, false);
        #[cfg(probatum_loom)]
        if !watch::reclaims(self) {
            return watch::hidden_around(|back| {
                self.1.with(|_| {
                    let (mut once, mut found) = (Some(f), None);
                    back(&mut || found = once.take().map(|f| f(self.0.get())));
                    found.unwrap_or_else(|| unreachable!())
                })
            });
        }
        f(self.0.get())
    }
    #[track_caller]
    pub fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
        watch::note("write of a cell");
        watch::settled::changed();
        #[cfg(probatum_asan)]
        watch::places::touch(self);
        #[cfg(probatum_shuttle)]
        watch::touching::comes::<T>(self as *const Self as usize, true);
        #[cfg(probatum_loom)]
        if !watch::reclaims(self) {
            return watch::hidden_around(|back| {
                self.1.with_mut(|_| {
                    let (mut once, mut found) = (Some(f), None);
                    back(&mut || found = once.take().map(|f| f(self.0.get())));
                    found.unwrap_or_else(|| unreachable!())
                })
            });
        }
        f(self.0.get())
    }
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
    /// Where nobody else can have it, though Loom was not told why.
    pub(crate) fn alone(&mut self) -> &mut T {
        self.0.get_mut()
    }
}
impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}
impl<T> From<T> for UnsafeCell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
impl<T> std::fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnsafeCell")
    }
}
