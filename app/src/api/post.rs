//! How a command crosses. On the server it is a server function like any other; in the
//! browser all of them go through one function that is compiled once: what is made for each
//! command is only the reading and writing of its own JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::client::Client;
use server_fn::codec::Json;
use server_fn::server::Server;
use server_fn::{Http, Protocol};

use crate::fault::Fault;

/// JSON both ways, by POST.
#[derive(Debug)]
pub struct Post;

impl<Input, Output, C, S> Protocol<Input, Output, C, S, Fault> for Post
where
    Http<Json, Json>: Protocol<Input, Output, C, S, Fault>,
    Input: Serialize + Send,
    Output: DeserializeOwned + Send,
    C: Client<Fault>,
    S: Server<Fault>,
{
    const METHOD: http::Method = http::Method::POST;

    fn run_server<F, Fut>(
        request: S::Request,
        server_fn: F,
    ) -> impl Future<Output = Result<S::Response, Fault>> + Send
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, Fault>> + Send,
    {
        <Http<Json, Json> as Protocol<Input, Output, C, S, Fault>>::run_server(request, server_fn)
    }

    #[cfg(feature = "hydrate")]
    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, Fault>> + Send {
        let answer = serde_json::to_string(&input)
            .map(|body| crate::browser::text::post(path, &body))
            .map_err(|_| Fault::Unsure);
        async move { crate::json::read(&answer?.await?).map_err(|_| Fault::Unsure) }
    }

    #[cfg(not(feature = "hydrate"))]
    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, Fault>> + Send {
        <Http<Json, Json> as Protocol<Input, Output, C, S, Fault>>::run_client(path, input)
    }
}
