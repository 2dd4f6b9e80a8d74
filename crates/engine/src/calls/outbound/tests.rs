use super::*;

/// What is public.
const PUBLIC: [&str; 8] = [
    "api.example.com",
    "example.org:8080",
    "EXAMPLE.com.",
    "xn--mnchen-3ya.example",
    "8.8.8.8",
    "[2606:4700::1111]",
    "[64:ff9b::808:808]",
    "[::ffff:8.8.8.8]",
];

/// What is only reachable within a network, or may be read so, by what it is.
const INTERNAL: [(&str, &[&str]); 13] = [
    ("loopback", &["127.0.0.1", "127.0.0.1.", "127.255.0.9", "[::1]", "[0:0:0:0:0:0:0:1]"]),
    ("private", &["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"]),
    ("link-local, where clouds keep credentials", &["169.254.169.254", "[fe80::1]"]),
    (
        "carriers', benchmarks, documentation, reserved",
        &[
            "100.64.0.1",
            "198.18.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "240.0.0.1",
            "255.255.255.255",
        ],
    ),
    ("of no host", &["0.0.0.0", "0.1.2.3", "[::]", "224.0.0.1", "[ff02::1]"]),
    ("unique local", &["[fc00::1]", "[fd00::1]", "[fd00:ec2::254]"]),
    (
        "mapped",
        &["[::ffff:127.0.0.1]", "[::ffff:a00:1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]"],
    ),
    (
        "NAT64 and 6to4",
        &["[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2002:7f00:1::]"],
    ),
    (
        "other IPv6 that is not global",
        &["[2001::1]", "[2001:db8::1]", "[3fff::1]", "[fec0::1]", "[100::1]"],
    ),
    (
        "numbers",
        &[
            "2130706433",
            "0x7f000001",
            "017700000001",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0177.0.0.1",
            "0",
            "1.0x7f",
            "0xA9FEA9FE",
            "169.254.43518",
        ],
    ),
    ("escaped", &["%31%32%37.0.0.1", "127%2e0%2e0%2e1", "[fe80::1%25eth0]", "[::1%251]"]),
    (
        "names within a network",
        &[
            "localhost",
            "localhost:3000",
            "LOCALHOST",
            "api.localhost",
            "printer.local",
            "metadata.google.internal",
            "redis",
            "metadata",
            "kubernetes.default.svc.cluster.local",
            "router.home.arpa",
            "nas.lan",
            "wiki.corp",
            "box.localdomain",
            "db.internal.",
        ],
    ),
    ("nothing", &["", ".", "..", "[]", "a..", ":80"]),
];

#[test]
fn public_addresses_are_called() {
    for host in PUBLIC {
        for url in [format!("https://{host}/orders?x=1"), format!("http://{host}")] {
            assert!(check(&url, &[]).is_ok(), "{url}");
        }
        let url = format!("https://{host}/hook");
        assert!(check_webhook(&url, false).is_ok(), "{url}");
    }
}

#[test]
fn addresses_within_a_network_are_not_in_whichever_form() {
    for (what, hosts) in INTERNAL {
        for host in hosts {
            for url in [format!("http://{host}/latest"), format!("https://{host}")] {
                assert!(check(&url, &[]).is_err(), "{what}: {url}");
                assert!(check_webhook(&url, false).is_err(), "{what}: {url}");
            }
            if !host.contains(':') || host.starts_with('[') {
                let url = format!("https://{host}:8443/");
                assert!(check(&url, &[]).is_err(), "{what}: {url}");
                assert!(check_webhook(&url, false).is_err(), "{what}: {url}");
            }
        }
    }
}

#[test]
fn what_is_no_address_on_the_web_is_never_called() {
    let listed = ["ftp://example.com".to_owned(), "https://user@example.com".to_owned()];
    for url in [
        "http://user:secret@example.com/",
        "https://user@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com:80@127.0.0.1/",
        "https://127.0.0.1#@example.com/",
        "https://127.0.0.1\\@example.com/",
        "https://127.0.0.1\t.example.com/",
        "https://exa mple.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "/relative",
        "",
    ] {
        assert!(check(url, &listed).is_err(), "{url}");
        assert!(check_webhook(url, false).is_err(), "{url}");
    }
}

#[test]
fn the_operator_can_list_one() {
    let allowed = ["http://127.0.0.1:9000/".to_owned(), "http://redis:6379".to_owned()];
    assert!(check("http://127.0.0.1:9000/orders", &allowed).is_ok());
    assert!(check("http://REDIS:6379/orders", &allowed).is_ok());
    for other in [
        "http://127.0.0.1:9001/orders",
        "https://127.0.0.1:9000/orders",
        "http://127.0.0.1/orders",
        "http://127.0.0.1:90000/orders",
        "http://127.0.0.1:9000@10.0.0.1/orders",
    ] {
        assert!(check(other, &allowed).is_err(), "{other}");
    }
}

#[test]
fn a_webhook_is_public_and_encrypted_unless_the_operator_says_otherwise() {
    assert!(check_webhook("https://example.com/hook?x=1", false).is_ok());
    assert!(check_webhook("http://example.com/hook", false).is_err());
    for url in ["http://example.com/hook", "http://127.0.0.1:9000/", "https://redis/"] {
        assert!(check_webhook(url, true).is_ok(), "{url}");
    }
    for url in ["https://user:secret@example.com/", "ftp://example.com/", "/hook", ""] {
        assert!(check_webhook(url, true).is_err(), "{url}");
    }
}
