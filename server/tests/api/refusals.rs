//! A command that fails says why, with the status that fits.

use app::fault::Fault;
use domain::house::ServerFault;
use http::StatusCode;
use serde_json::json;

use crate::browser::Browser;
use crate::server::TestServer;

#[tokio::test]
async fn a_fault_has_its_own_status_and_arrives_whole() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let what = || "This session".to_owned();
    for (fault, status) in [
        (Fault::SignedOut, StatusCode::UNAUTHORIZED),
        (Fault::Forbidden, StatusCode::FORBIDDEN),
        (Fault::NotFound { what: what() }, StatusCode::NOT_FOUND),
        (Fault::Conflict { what: what() }, StatusCode::CONFLICT),
        (
            Fault::Invalid {
                field: "name".to_owned(),
                why: "too long".to_owned(),
            },
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            Fault::Refused { why: what() },
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (Fault::TooMany { seconds: 7 }, StatusCode::TOO_MANY_REQUESTS),
        (
            Fault::ServerDown {
                reason: ServerFault::Refused,
            },
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (Fault::Unsure, StatusCode::SERVICE_UNAVAILABLE),
        (Fault::Unconfirmed, StatusCode::SERVICE_UNAVAILABLE),
        (
            Fault::Internal {
                reference: "0123abcd".to_owned(),
            },
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
    ] {
        let spelt = serde_json::to_string(&fault).unwrap();
        let call = json!({ "server": "one", "directory": spelt }).to_string();
        let reply = browser
            .call(&server, "/api/workspaces/catalog", &call)
            .await;
        assert_eq!(reply.status, status, "{fault:?}");
        let told: Fault = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(told, fault);
        let retry_after = reply.header("retry-after");
        assert_eq!(
            retry_after.is_some(),
            matches!(fault, Fault::TooMany { .. })
        );
    }
}

#[tokio::test]
async fn arguments_that_cannot_be_read_are_the_callers_fault() {
    let server = TestServer::owned().await;
    let mut browser = Browser::here();
    browser.sign_in(&server).await;
    let reply = browser.call(&server, "/api/sessions/abort", "{}").await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told: Fault = serde_json::from_str(&reply.body).unwrap();
    assert!(matches!(told, Fault::Invalid { .. }), "{told:?}");
}
