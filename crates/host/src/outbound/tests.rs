//! Sending against a listener that answers with fixed bytes.

use std::net::SocketAddr;

use http_body_util::Empty;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;
use crate::variables::Variables;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const SHORT: Duration = Duration::from_millis(50);

/// Answers every request on every connection with `answer`; gives out the heads it read.
async fn listen(answer: &'static str) -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (heads, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for connection in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let heads = heads.clone();
            tokio::spawn(async move {
                let mut buffer = vec![0; 4096];
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    let head = String::from_utf8_lossy(&buffer[..length]);
                    let _ = heads.send(format!("{connection}: {head}"));
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    (address, receiver)
}

fn outbound(pattern: &str, blocked_networks: BlockedNetworks) -> Outbound {
    let allowed = AllowedHosts::resolve(&[pattern.to_owned()], &Variables::default());
    Outbound {
        component: "one".into(),
        allowed_hosts: allowed.ok().map(Arc::new),
        blocked_networks: Arc::new(blocked_networks),
        clients: Clients::new(true, LogSink::Off),
        own_authority: Authority::from_static("127.0.0.1:1"),
        log: LogSink::Off,
    }
}

fn anywhere() -> Outbound {
    outbound("*://*:*", BlockedNetworks::default())
}

fn get(uri: impl std::fmt::Display) -> Request<Body> {
    let never = |error: std::convert::Infallible| match error {};
    let body = Empty::new().map_err(never).boxed_unsync();
    Request::get(uri.to_string()).body(body).unwrap()
}

async fn read(response: Response<Body>) -> Result<Bytes, ErrorCode> {
    Ok(response.into_body().collect().await?.to_bytes())
}

#[tokio::test]
async fn an_allowed_request_is_sent_and_connections_are_used_again() {
    let (address, mut heads) = listen(OK).await;
    let outbound = anywhere();
    for _ in 0..2 {
        let request = get(format_args!("http://{address}/path?query"));
        let response = outbound.send(request, None).await.unwrap();
        assert_eq!(read(response).await.unwrap(), "ok");
    }
    let expected = format!("0: GET /path?query HTTP/1.1\r\nhost: {address}\r\n");
    for _ in 0..2 {
        let head = heads.recv().await.unwrap();
        assert!(head.starts_with(&expected), "{head}");
    }
}

#[tokio::test]
async fn a_redirect_is_handed_to_the_guest() {
    let (address, _heads) =
        listen("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n").await;
    let request = get(format_args!("http://{address}/"));
    assert_eq!(anywhere().send(request, None).await.unwrap().status(), 302);
}

#[tokio::test]
async fn hosts_that_are_not_allowed_are_denied_without_a_connection() {
    let (address, mut heads) = listen(OK).await;
    let outbound = outbound("https://example.com", BlockedNetworks::default());
    let error = outbound.send(get(format_args!("http://{address}/")), None).await.unwrap_err();
    assert!(matches!(error, ErrorCode::HttpRequestDenied));
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn an_invalid_list_allows_nothing() {
    let outbound = outbound("https://example.com/path", BlockedNetworks::default());
    let error = outbound.send(get("https://example.com/path"), None).await.unwrap_err();
    assert!(matches!(error, ErrorCode::HttpRequestDenied));
}

#[tokio::test]
async fn names_of_blocked_networks_are_prohibited() {
    let (address, mut heads) = listen(OK).await;
    let outbound = outbound("*://*:*", BlockedNetworks::new(Vec::new(), true));
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let request = get(format_args!("http://{host}:{}/", address.port()));
        let error = outbound.send(request, None).await.unwrap_err();
        assert!(matches!(error, ErrorCode::DestinationIpProhibited), "{host}");
    }
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn a_component_calls_its_own_application_by_a_name_of_its_own() {
    let (address, mut heads) = listen(OK).await;
    let mut outbound = outbound("http://self", BlockedNetworks::default());
    outbound.own_authority = address.to_string().parse().unwrap();
    outbound.send(get("http://self.alt/path"), None).await.unwrap();
    let head = heads.recv().await.unwrap();
    assert!(head.starts_with("0: GET /path HTTP/1.1\r\n"), "{head}");
}

#[tokio::test]
async fn a_refused_connection_and_an_unknown_name_have_codes_of_their_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = anywhere().send(get(format_args!("http://{address}/")), None).await;
    assert!(matches!(refused.unwrap_err(), ErrorCode::ConnectionRefused));
    let unknown = anywhere().send(get("http://unknown.invalid/"), None).await;
    assert!(matches!(unknown.unwrap_err(), ErrorCode::DnsError(_)));
}

#[tokio::test]
async fn the_guests_own_timeouts_are_kept() {
    let options = |set: fn(&mut RequestOptions)| {
        let mut options = RequestOptions::default();
        set(&mut options);
        Some(options)
    };
    let (silent, _heads) = listen("").await;
    let first_byte = options(|options| options.first_byte_timeout = Some(SHORT));
    let request = get(format_args!("http://{silent}/"));
    let error = anywhere().send(request, first_byte).await.unwrap_err();
    assert!(matches!(error, ErrorCode::ConnectionReadTimeout));

    let (stuck, _heads) = listen("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok").await;
    let between = options(|options| options.between_bytes_timeout = Some(SHORT));
    let request = get(format_args!("http://{stuck}/"));
    let response = anywhere().send(request, between).await.unwrap();
    assert!(matches!(read(response).await, Err(ErrorCode::ConnectionReadTimeout)));
}

#[tokio::test]
async fn a_refusal_is_logged_without_what_may_be_secret() {
    let seen = Arc::new(std::sync::Mutex::new(String::new()));
    let mut outbound = outbound("https://example.com", BlockedNetworks::default());
    outbound.log = LogSink::Callback(Arc::new({
        let seen = seen.clone();
        move |event: &crate::log::Event| *seen.lock().unwrap() = event.to_string()
    }));
    let request = get("https://user:secret@example.org/secret?secret");
    outbound.send(request, None).await.unwrap_err();
    let seen = seen.lock().unwrap();
    assert!(seen.contains("https://example.org"), "{seen}");
    assert!(!seen.contains("secret"), "{seen}");
}
