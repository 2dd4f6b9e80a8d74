//! `[outbound_networking] block_networks` of the runtime config: addresses that no component
//! reaches, whatever name led to them.

use std::net::{IpAddr, SocketAddr};

use ip_network::IpNetwork;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;

/// The blocked networks.
#[derive(Debug, Default)]
pub(crate) struct BlockedNetworks {
    networks: Vec<IpNetwork>,
    /// Also everything that is not globally routable.
    private: bool,
}

impl BlockedNetworks {
    pub(crate) fn new(networks: Vec<IpNetwork>, private: bool) -> Self {
        Self { networks, private }
    }

    /// The addresses that may be connected to; an error if all were blocked.
    pub(super) fn permitted(
        &self,
        addresses: impl Iterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, ErrorCode> {
        let (blocked, permitted): (Vec<_>, Vec<_>) =
            addresses.partition(|address| self.blocks(address.ip()));
        if permitted.is_empty() && !blocked.is_empty() {
            return Err(ErrorCode::DestinationIpProhibited);
        }
        Ok(permitted)
    }

    fn blocks(&self, address: IpAddr) -> bool {
        if self.private && !IpNetwork::from(address).is_global() {
            return true;
        }
        if self.networks.iter().any(|network| network.contains(address)) {
            return true;
        }
        // An IPv4 address in IPv6 clothes is still that IPv4 address.
        match address {
            IpAddr::V4(_) => false,
            IpAddr::V6(address) => {
                address.to_ipv4().is_some_and(|address| self.blocks(IpAddr::V4(address)))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn network(text: &str) -> IpNetwork {
        IpNetwork::from_str_truncate(text).unwrap()
    }

    fn blocks(networks: &BlockedNetworks, address: &str) -> bool {
        networks.blocks(address.parse().unwrap())
    }

    #[test]
    fn private_blocks_everything_that_is_not_globally_routable() {
        let networks = BlockedNetworks::new(Vec::new(), true);
        for address in [
            "0.0.0.0",
            "10.10.10.10",
            "100.64.1.1",
            "127.0.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "::1",
            "::ffff:10.10.10.10",
            "fc00::f00d",
        ] {
            assert!(blocks(&networks, address), "{address}");
        }
        for address in ["123.123.123.123", "2600::beef"] {
            assert!(!blocks(&networks, address), "{address}");
        }
    }

    #[test]
    fn named_networks_are_blocked_also_in_ipv6_clothes() {
        let networks = BlockedNetworks::new(vec![network("123.123.0.0/16")], false);
        assert!(blocks(&networks, "123.123.4.5"));
        assert!(blocks(&networks, "::ffff:123.123.4.5"));
        assert!(!blocks(&networks, "123.124.4.5"));
        assert!(!blocks(&networks, "127.0.0.1"));
    }

    #[test]
    fn a_name_with_some_blocked_addresses_is_reached_by_the_others() {
        let networks = BlockedNetworks::new(Vec::new(), true);
        let addresses: Vec<SocketAddr> =
            vec!["127.0.0.1:80".parse().unwrap(), "8.8.8.8:80".parse().unwrap()];
        let permitted = networks.permitted(addresses.clone().into_iter()).unwrap();
        assert_eq!(permitted, addresses[1..]);
        assert!(matches!(
            networks.permitted(addresses[..1].iter().copied()),
            Err(ErrorCode::DestinationIpProhibited)
        ));
    }
}
