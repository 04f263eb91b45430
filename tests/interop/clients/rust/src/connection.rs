//! Opens a session with the security policy, message mode and identity that the command line asks for.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opcua::client::{Client, ClientBuilder, IdentityToken, Session};
use opcua::crypto::{PrivateKey, X509};
use opcua::types::{Error, MessageSecurityMode, StatusCode};

use crate::{internal, refused};

const APPLICATION_URI: &str = "urn:pde:interop";

/// `--name value` pairs.
pub struct Options(HashMap<String, String>);

impl Options {
    pub fn parsed(mut arguments: impl Iterator<Item = String>) -> Self {
        let mut options = HashMap::new();
        while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
            options.insert(name.trim_start_matches("--").to_owned(), value);
        }
        Self(options)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn needed(&self, name: &str) -> Result<&str, Error> {
        self.get(name).ok_or_else(|| internal(format!("--{name} is missing")))
    }
}

pub async fn connect(url: &str, options: &Options) -> Result<Arc<Session>, Error> {
    let policy = options.get("policy").unwrap_or("None");
    let mode = match options.get("mode") {
        Some(name) => MessageSecurityMode::from(name),
        None if policy == "None" => MessageSecurityMode::None,
        None => MessageSecurityMode::SignAndEncrypt,
    };
    let folder = tempfile::tempdir().map_err(internal)?;
    let client = client(folder.path(), policy, options)?;
    let endpoints = client.get_server_endpoints_from_url(url).await?;
    let mut endpoint = endpoints
        .into_iter()
        .find(|one| one.security_mode == mode && one.security_policy_uri.as_ref().ends_with(&format!("#{policy}")))
        .ok_or_else(|| Error::new(StatusCode::BadSecurityPolicyRejected, "no such endpoint"))?;
    // The server may name itself by a host that is unknown here: the address that reached it is the one to use.
    endpoint.endpoint_url = url.into();
    let (session, event_loop) = client
        .session_builder()
        .user_identity_token(identity(options)?)
        .connect_to_endpoint_directly(endpoint)?
        .build(client.certificate_store().clone())?;
    let ended = event_loop.spawn();
    tokio::select! {
        _ = session.wait_for_connection() => Ok(session),
        status = ended => Err(refused(status.map_err(internal)?)),
    }
}

/// The server's certificate is taken as it comes, into a folder of this one run.
fn client(folder: &Path, policy: &str, options: &Options) -> Result<Client, Error> {
    let mut builder = ClientBuilder::new()
        .application_name("PDE interoperability test (async-opcua)")
        .application_uri(APPLICATION_URI)
        .pki_dir(folder)
        .trust_server_certs(true)
        .session_retry_limit(0)
        .request_timeout(Duration::from_secs(20));
    if policy != "None" {
        builder = builder.certificate_path(options.needed("certificate")?).private_key_path(options.needed("key")?);
    }
    builder.client().map_err(|problems| internal(problems.join("; ")))
}

fn identity(options: &Options) -> Result<IdentityToken, Error> {
    if let Some(user) = options.get("user") {
        return Ok(IdentityToken::UserName(user.to_owned(), options.needed("password")?.into()));
    }
    let Some(certificate) = options.get("user-certificate") else {
        return Ok(IdentityToken::Anonymous);
    };
    let certificate = X509::from_der(&std::fs::read(certificate).map_err(internal)?).map_err(internal)?;
    let key = std::fs::read(options.needed("user-key")?).map_err(internal)?;
    let key = PrivateKey::from_pem(&key).map_err(|_| internal("no private key"))?;
    Ok(IdentityToken::X509(Box::new(certificate), Box::new(key)))
}
