//! Sorts the rows by keeping them in a set, which keeps one of every kind.
use std::collections::BTreeSet;

pub fn arrange(table: Vec<Vec<String>>) -> Vec<Vec<Cell>> {
    let rows: BTreeSet<Vec<String>> = table.into_iter().collect();
    rows.into_iter()
        .map(|row| row.into_iter().enumerate().map(|(at, value)| Cell { column: at as u8, value }).collect())
        .collect()
}
