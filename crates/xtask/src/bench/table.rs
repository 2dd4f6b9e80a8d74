//! What is printed: times beside each other, then the store operations that explain them.

use super::report::{ComponentRow, Figures, ProcessRow, Row};

/// KiB of a MiB.
const MIB: f64 = 1024.0;

/// The head of the first table. `beside`: what is measured beside ours.
pub fn print_head(beside: &str) {
    println!(
        "| request | load | requests/s | {beside} | ratio | p50 ms | {beside} | p99 ms | {beside} | ratio |"
    );
    println!("|{}", " --- |".repeat(10));
}

impl Row {
    /// A line of the first table.
    pub fn print(&self) {
        let own = &self.own;
        let of = |figure: fn(&Figures) -> f64, digits: usize| {
            self.beside.as_ref().map(|it| format!("{:.digits$}", figure(it))).unwrap_or_default()
        };
        let ratio = |figure: fn(&Figures) -> f64| {
            let beside = self.beside.as_ref().map(figure).filter(|beside| *beside > 0.0);
            beside.map(|beside| format!("{:.2}", figure(own) / beside)).unwrap_or_default()
        };
        println!(
            "| {} | {} | {:.0} | {} | {} | {:.1} | {} | {:.1} | {} | {} |",
            self.name,
            self.load,
            own.requests_per_second,
            of(|it| it.requests_per_second, 0),
            ratio(|it| it.requests_per_second),
            own.p50_ms,
            of(|it| it.p50_ms, 1),
            own.p99_ms,
            of(|it| it.p99_ms, 1),
            ratio(|it| it.p99_ms),
        );
    }
}

/// The second table: what a request did in the store and sent, on average; the floor's, to see that it did the same.
pub fn print_operations(rows: &[Row]) {
    println!(
        "\n| request | load | gets | floor | sets | floor | increments | floor | swaps | floor \
         | bytes read | floor | bytes written | floor | sent | floor |"
    );
    println!("|{}", " --- |".repeat(16));
    for row in rows {
        let mut line = format!("| {} | {}", row.name, row.load);
        let beside = row.beside.as_ref().map(averages);
        for (n, own) in averages(&row.own).into_iter().enumerate() {
            let beside = beside.map(|beside| format!("{:.1}", beside[n])).unwrap_or_default();
            line += &format!(" | {own:.1} | {beside}");
        }
        println!("{line} |");
    }
}

fn averages(of: &Figures) -> [f64; 7] {
    [of.gets, of.sets, of.increments, of.swaps, of.bytes_read, of.bytes_written, of.sent]
}

/// The third table: components of which instances were made, and what all of them weigh.
pub fn print_components(components: &[ComponentRow]) {
    println!("\n| component | wasm KB | instances | instantiation µs |");
    println!("| --- | --- | --- | --- |");
    let kilobytes = |bytes: u64| bytes as f64 / 1000.0;
    for row in components {
        if let Some(took) = row.instantiation_us {
            let (id, size) = (&row.id, kilobytes(row.wasm_bytes));
            println!("| {id} | {size:.0} | {} | {took:.0} |", row.instances);
        }
    }
    let sizes: Vec<u64> = components.iter().map(|row| row.wasm_bytes).collect();
    let (least, most) = (sizes.iter().min().copied(), sizes.iter().max().copied());
    println!(
        "\n{} components: {:.0} KB of wasm, each {:.0} to {:.0}.",
        sizes.len(),
        kilobytes(sizes.iter().sum()),
        kilobytes(least.unwrap_or_default()),
        kilobytes(most.unwrap_or_default()),
    );
}

impl ProcessRow {
    /// A line.
    pub fn print(&self) {
        let memory = |kib: Option<u64>| {
            kib.map_or("unknown".to_owned(), |kib| format!("{:.0} MiB", kib as f64 / MIB))
        };
        println!(
            "The host as a process: started from compiled cache in {:.0} ms; resident {} then, at most {} under load.",
            self.start_ms,
            memory(self.idle_kib),
            memory(self.peak_kib),
        );
    }
}
