use super::{access, imp, leave, watch, Checked};

pub struct Arc<T>(std::mem::ManuallyDrop<imp::sync::Arc<Held<T>>>);

/// What several hold. It has a size, so that it lies somewhere, where a sanitizer watches.
struct Held<T> {
    value: T,
    checked: Checked,
    #[cfg(probatum_asan)]
    _here: u8,
}

impl<T> Held<T> {
    #[track_caller]
    fn new(value: T) -> Self {
        Held {
            value,
            checked: Checked::new(),
            #[cfg(probatum_asan)]
            _here: 0,
        }
    }
}

/// Shuttle's counts are the standard library's: others may run before one is read or changed.
fn counting<R>(run: impl FnOnce() -> R) -> R {
    #[cfg(probatum_shuttle)]
    watch::lifetimes::may_switch();
    run()
}

impl<T> Arc<T> {
    #[track_caller]
    pub fn new(value: T) -> Self {
        watch::hidden(|| Arc(std::mem::ManuallyDrop::new(imp::sync::Arc::new(Held::new(value)))))
    }
    pub fn ptr_eq(a: &Self, b: &Self) -> bool {
        imp::sync::Arc::ptr_eq(&a.0, &b.0)
    }
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        this.0.checked.shared();
        #[cfg(probatum_loom)]
        return access(&**this.0, "count of an Arc", || imp::sync::Arc::count(&this.0));
        #[cfg(not(probatum_loom))]
        access(&**this.0, "count of an Arc", || counting(|| imp::sync::Arc::strong_count(&this.0)))
    }
}
impl<T: Default> Default for Arc<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}
impl<T> From<T> for Arc<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}
impl<T> AsRef<T> for Arc<T> {
    fn as_ref(&self) -> &T {
        self
    }
}
impl<T: std::fmt::Debug> std::fmt::Debug for Arc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}
impl<T> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.0.checked.shared();
        access(&**self.0, "clone of an Arc", || counting(|| Arc(self.0.clone())))
    }
}
impl<T> std::ops::Deref for Arc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0.value
    }
}
impl<T> Drop for Arc<T> {
    #[track_caller]
    fn drop(&mut self) {
        let held: *const Held<T> = &**self.0;
        leave(unsafe { &*held }, "drop of an Arc", || counting(|| unsafe { std::mem::ManuallyDrop::drop(&mut self.0) }))
    }
}
