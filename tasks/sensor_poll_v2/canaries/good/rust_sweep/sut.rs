//! Sort the ends, sweep once, remember where enough intervals overlap.
use std::collections::HashSet;

pub fn poll(reports: Vec<Report>, f: u32) -> Option<Interval> {
    let ids: HashSet<u32> = reports.iter().map(|r| r.sensor_id).collect();
    let n = reports.len() as u64;
    if ids.len() != reports.len() || n < 2 * u64::from(f) + 1 {
        return None;
    }
    let need = (n - u64::from(f)) as i64;
    // At one point, intervals open before others close.
    let mut ends: Vec<(i64, bool)> =
        reports.iter().filter(|r| r.lo <= r.hi).flat_map(|r| [(r.lo, false), (r.hi, true)]).collect();
    ends.sort();
    let (mut open, mut found) = (0_i64, None::<Interval>);
    for (point, closes) in ends {
        open += if closes { 0 } else { 1 };
        if open >= need {
            let lo = found.as_ref().map_or(point, |i| i.lo);
            found = Some(Interval { lo, hi: point });
        }
        open -= i64::from(closes);
    }
    found
}
