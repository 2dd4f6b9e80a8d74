//! Serves a spin.toml: `cargo run -p host --example serve -- spin.toml [port] [runtime-config]`.

use std::net::SocketAddr;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut config = host::Config::new(args.next().unwrap_or_else(|| "spin.toml".to_owned()));
    let port = args.next().map_or(Ok(3000), |port| port.parse())?;
    config.listen = SocketAddr::from(([127, 0, 0, 1], port));
    config.runtime_config = args.next().map(Into::into);
    config.cache_dir = Some(std::env::temp_dir().join("host-cache"));
    let start = std::time::Instant::now();
    let running = host::start(config).await?;
    println!("Serving http://{} after {:?}", running.addr(), start.elapsed());
    tokio::signal::ctrl_c().await?;
    println!("{:#?}", running.operations());
    running.stop().await;
    Ok(())
}
