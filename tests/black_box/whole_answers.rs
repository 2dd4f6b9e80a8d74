//! Answers leave in one piece. Spin does not set TCP_NODELAY: a body that follows its head in a write of its own waits until
//! the client's machine has acknowledged the head, 40 ms where that has nothing else to say.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use black_box::{App, flows};

/// Lists asked for, one after another.
const ANSWERS: usize = 40;
/// Those that may come apart: the host may happen to look between the two.
const APART: usize = 4;
/// Workflows in the list: they are read together.
const WORKFLOWS: usize = 20;

/// Whether the first bytes of an answer that arrive have some of its body. Reads all of it.
fn is_in_one_piece(connection: &mut TcpStream, request: &str) -> bool {
    connection.write_all(request.as_bytes()).expect("a connection that takes a request");
    let mut read = Vec::new();
    let mut first = None;
    loop {
        let mut part = [0; 65_536];
        let count = connection.read(&mut part).expect("an answer");
        assert!(count > 0, "the answer breaks off: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&read);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let first = *first.get_or_insert(!body.is_empty());
        let head = head.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.expect("a length").trim().parse().expect("a number");
        if body.len() >= length {
            assert!(head.starts_with("http/1.1 200"), "{text}");
            return first;
        }
    }
}

#[test]
fn a_list_does_not_wait_for_its_head_to_be_acknowledged() {
    let team = App::shared().team();
    for _ in 0..WORKFLOWS {
        team.creates(&flows::notice());
    }
    let address = team.app.client.base().trim_start_matches("http://").to_owned();
    let request = format!(
        "GET /api/v1/console/workflows HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\r\n",
        team.key
    );
    let mut connection = TcpStream::connect(&address).expect("a connection");

    let whole = (0..ANSWERS).filter(|_| is_in_one_piece(&mut connection, &request)).count();

    assert!(whole >= ANSWERS - APART, "only {whole} of {ANSWERS} lists came in one piece");
}
