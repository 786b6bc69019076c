//! A browser: keeps cookies, follows nothing, and comes from somewhere.

use std::collections::BTreeMap;

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use server::http::names::Arrival;
use tower::ServiceExt;

use crate::server::{PASSWORD, TestServer, USER};

pub(crate) const LOCAL: &str = "127.0.0.1:4210";

#[derive(Clone, Debug)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) peer: String,
    pub(crate) local: String,
    pub(crate) host: String,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all(SET_COOKIE).iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }
}

impl Browser {
    /// On the same machine.
    pub(crate) fn here() -> Self {
        Self {
            cookies: BTreeMap::new(),
            peer: "127.0.0.1:50000".to_owned(),
            local: LOCAL.to_owned(),
            host: LOCAL.to_owned(),
        }
    }

    /// On another machine of the network.
    pub(crate) fn at(address: &str) -> Self {
        let local = if address.contains(':') {
            "[fd00::5]:4210"
        } else {
            "192.168.1.5:4210"
        };
        let peer = std::net::SocketAddr::new(address.parse().unwrap(), 50_000);
        Self {
            peer: peer.to_string(),
            local: local.to_owned(),
            host: local.to_owned(),
            ..Self::here()
        }
    }

    pub(crate) async fn send(&mut self, server: &TestServer, mut request: Request<Body>) -> Reply {
        request.extensions_mut().insert(Arrival {
            peer: self.peer.parse().unwrap(),
            local: self.local.parse().unwrap(),
            tls: false,
        });
        if !request.headers().contains_key(HOST) {
            request
                .headers_mut()
                .insert(HOST, self.host.parse().unwrap());
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect();
            request
                .headers_mut()
                .insert(COOKIE, pairs.join("; ").parse().unwrap());
        }
        let response = server.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let reply = Reply {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        for cookie in reply.cookies() {
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Goes to an address.
    pub(crate) async fn get(&mut self, server: &TestServer, path: &str) -> Reply {
        let request = Request::get(path).header(ACCEPT, "text/html,*/*;q=0.8");
        self.send(server, request.body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form of our own page.
    pub(crate) async fn post(
        &mut self,
        server: &TestServer,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let form: Vec<_> = fields
            .iter()
            .map(|(n, v)| format!("{n}={}", encode(v)))
            .collect();
        let request = own(Method::POST, path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.join("&")))
            .unwrap();
        self.send(server, request).await
    }

    /// Calls a command, as our own page does.
    pub(crate) async fn call(&mut self, server: &TestServer, path: &str, json: &str) -> Reply {
        let request = own(Method::POST, path)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(json.to_owned()))
            .unwrap();
        self.send(server, request).await
    }

    pub(crate) async fn try_password(&mut self, server: &TestServer, password: &str) -> Reply {
        let fields = [("user_name", USER), ("password", password)];
        self.post(server, "/login", &fields).await
    }

    pub(crate) async fn sign_in(&mut self, server: &TestServer) -> Reply {
        let reply = self.try_password(server, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
        reply
    }

    pub(crate) async fn is_signed_in(&mut self, server: &TestServer) -> bool {
        self.get(server, "/").await.status == StatusCode::OK
    }
}

/// A request that our own page sends.
pub(crate) fn own(method: Method, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("sec-fetch-site", "same-origin")
}

fn encode(text: &str) -> String {
    text.bytes()
        .fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}
