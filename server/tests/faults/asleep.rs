//! What a machine that slept finds when it awakes: timers that stood still, connections
//! that are gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fakes::Fate;
use tokio::time::Instant;

use crate::device::Device;
use crate::endings::with_nexus;

const NIGHT: Duration = Duration::from_hours(8);

#[test]
fn a_server_is_connected_to_anew_and_devices_hear_of_us_at_once() {
    with_nexus(async |server, nexus, running| {
        let mut device = Device::new();
        device.open(running).await;
        let quiet = Duration::from_secs(1);
        while let Ok(true) = tokio::time::timeout(quiet, device.receive()).await {}
        let streams = || {
            let requests = server.requests();
            requests
                .iter()
                .filter(|it| it.is("GET", "/global/event"))
                .count()
        };
        assert_eq!((streams(), device.beats), (1, 1));
        nexus.sleep(NIGHT);
        let began = Instant::now();
        while device.beats < 2 || streams() < 2 {
            assert!(device.receive().await);
        }
        assert!(began.elapsed() <= Duration::from_secs(2));
    });
}

#[test]
fn a_server_that_could_not_be_had_is_tried_as_if_for_the_first_time() {
    with_nexus(async |server, nexus, _| {
        let tries = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&tries);
        nexus.line.befall(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            Fate::Refused
        });
        server.crash();
        server.rise();
        tokio::time::sleep(Duration::from_mins(10)).await;
        let before = tries.swap(0, Ordering::Relaxed);
        assert!((10..100).contains(&before), "it waits between its tries");
        nexus.sleep(NIGHT);
        tokio::time::sleep(Duration::from_secs(5)).await;
        let after = tries.load(Ordering::Relaxed);
        assert!(after >= 3, "{after} tries in the first seconds");
    });
}

#[test]
fn a_reader_is_not_thought_to_have_stalled_while_nobody_could_read() {
    with_nexus(async |_, nexus, running| {
        let mut device = Device::new();
        device.open(running).await;
        assert!(device.receive().await);
        // Just before it would have been let go.
        tokio::time::sleep(Duration::from_secs(7)).await;
        nexus.sleep(NIGHT);
        tokio::time::sleep(Duration::from_secs(7)).await;
        assert!(device.receive().await, "it was let go");
    });
}
