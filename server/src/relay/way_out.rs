//! Notices that this machine has a network again, or another one. The system's routes are
//! asked which of our own addresses leads out; nothing is sent for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::bell::Bell;

/// How often the routes are asked: before a person who plugs a cable in looks at the screen.
const ASK_EVERY: Duration = Duration::from_secs(2);

/// Addresses of nobody, kept free for examples (RFC 5737, RFC 3849); any would do.
const OUTSIDE: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
];

/// Any port: nothing is sent there.
const PORT: u16 = 9;

/// Which of this machine's addresses leads out, by IPv4 and by IPv6; none where no way does.
pub type Ways = [Option<IpAddr>; OUTSIDE.len()];

/// Asks the system. A datagram socket that is connected has been given a route and sends
/// nothing by that.
pub fn ways() -> Ways {
    OUTSIDE.map(|outside| {
        let any: IpAddr = if outside.is_ipv4() {
            Ipv4Addr::UNSPECIFIED.into()
        } else {
            Ipv6Addr::UNSPECIFIED.into()
        };
        let socket = UdpSocket::bind((any, 0)).ok()?;
        socket.connect(SocketAddr::new(outside, PORT)).ok()?;
        Some(socket.local_addr().ok()?.ip())
    })
}

/// Rings when there is a way out that was not there before; never ends.
pub async fn watch(returned: Bell, ask: impl Fn() -> Ways + Send) {
    let mut known = ask();
    let mut clock = interval(ASK_EVERY);
    // A machine that slept has missed many.
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        let now = ask();
        if is_new(&known, &now) {
            tracing::info!("the network is back, or another one is here");
            returned.ring();
        }
        known = now;
    }
}

/// Whether one of the ways was not there before.
fn is_new(before: &Ways, now: &Ways) -> bool {
    let mut both = before.iter().zip(now);
    both.any(|(before, now)| now.is_some() && now != before)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_network_that_comes_back_is_told_and_one_that_goes_is_not() {
        let here: Ways = [Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7))), None];
        let elsewhere: Ways = [Some(IpAddr::V4(Ipv4Addr::new(10, 1, 0, 7))), None];
        let told = Arc::new(Mutex::new(here));
        let returned = Bell::default();
        let ear = returned.listen();
        let asked = Arc::clone(&told);
        let mut tasks = JoinSet::new();
        tasks.spawn(watch(returned, move || *asked.lock().unwrap()));
        for (ways, is_news) in [
            (here, false),
            ([None, None], false),
            (here, true),
            (here, false),
            (elsewhere, true),
        ] {
            *told.lock().unwrap() = ways;
            // The clock is the test's: this is when it has been asked again.
            tokio::time::sleep(ASK_EVERY + Duration::from_millis(1)).await;
            assert_eq!(ear.take(), is_news, "{ways:?}");
        }
    }

    #[test]
    fn the_system_answers_with_an_address_that_can_be_had() {
        for way in ways().into_iter().flatten() {
            assert!(!way.is_unspecified(), "{way}");
        }
    }
}
