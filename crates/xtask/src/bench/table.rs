//! What is printed: times beside each other, then the store operations that explain them.

use super::load::Measured;

/// A request and its floor over as many connections.
pub struct Row {
    /// What was requested.
    pub name: &'static str,
    /// How many connections.
    pub connections: usize,
    /// Ours.
    pub own: Measured,
    /// The bare component's.
    pub floor: Measured,
}

/// The head of the first table.
pub fn print_head() {
    println!(
        "| request | connections | requests/s | floor | ratio | p50 ms | floor | p99 ms | floor |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
}

impl Row {
    /// A line of the first table.
    pub fn print(&self) {
        let (own, floor) = (&self.own, &self.floor);
        println!(
            "| {} | {} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1} |",
            self.name,
            self.connections,
            own.throughput(),
            floor.throughput(),
            own.throughput() / floor.throughput(),
            own.percentile(0.5),
            floor.percentile(0.5),
            own.percentile(0.99),
            floor.percentile(0.99),
        );
    }
}

/// The second table: what a request did in the store and sent, on average; the floor's, to see that it did the same.
pub fn print_operations(rows: &[Row]) {
    println!(
        "\n| request | connections | gets | floor | sets | floor | increments | floor | swaps | floor \
         | bytes written | floor | sent | floor |"
    );
    println!("|{}", " --- |".repeat(14));
    for row in rows {
        let mut line = format!("| {} | {}", row.name, row.connections);
        for (own, floor) in row.own.averages().into_iter().zip(row.floor.averages()) {
            line += &format!(" | {own:.1} | {floor:.1}");
        }
        println!("{line} |");
    }
}

impl Measured {
    /// Gets, sets, increments, swaps, bytes and messages, a request. A swap's own read is no get.
    fn averages(&self) -> [f64; 6] {
        let all = &self.operations;
        [
            (all.get + all.exists + all.cas_current).saturating_sub(all.cas_swap),
            all.set + all.delete,
            all.increment,
            all.cas_swap,
            all.bytes_written,
            self.sent,
        ]
        .map(|count| count as f64 / self.requests().max(1) as f64)
    }
}
