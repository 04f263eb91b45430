//! async-opcua as a peer of the OPC UA benchmarks: Doubles whose values all rise by one every second. `PORT NAMES`.
use std::{env, fs, time::Duration};

use opcua::crypto::SecurityPolicy;
use opcua::server::address_space::{AccessLevel, VariableBuilder};
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::memory::{simple_node_manager, SimpleNodeManager};
use opcua::server::{ServerBuilder, ANONYMOUS_USER_TOKEN_ID};
use opcua::types::{DataTypeId, DataValue, DateTime, MessageSecurityMode, NodeId, ObjectId, Variant};

const TAGS: &str = "urn:pde:benchmark:tags";
const PER_FOLDER: usize = 100;
const USERS: &[&str] = &[ANONYMOUS_USER_TOKEN_ID];

fn builder(port: u16, pki: &str) -> ServerBuilder {
    let mut builder = ServerBuilder::new()
        .application_name("peer")
        .application_uri("urn:pde:benchmark:async-opcua")
        .create_sample_keypair(true)
        .trust_client_certs(true)
        .pki_dir(pki)
        .host("127.0.0.1")
        .port(port)
        .discovery_urls(vec!["/".to_owned()])
        .add_endpoint("none", ("/", SecurityPolicy::None, MessageSecurityMode::None, USERS))
        .add_endpoint("secure", ("/", SecurityPolicy::Basic256Sha256, MessageSecurityMode::SignAndEncrypt, USERS));
    let limits = builder.limits_mut();
    limits.max_message_size = 16 << 20;
    limits.max_chunk_count = 1000;
    limits.max_array_length = 1_000_000;
    limits.subscriptions.max_monitored_items_per_sub = 100_000;
    limits.subscriptions.max_notifications_per_publish = 0;
    limits.operational.max_monitored_items_per_call = 100_000;
    builder
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = env::args().collect();
    let names = fs::read_to_string(&arguments[2]).expect("names");
    let pki = format!("{}.pki", arguments[2]);
    let space = NamespaceMetadata { namespace_uri: TAGS.to_owned(), ..Default::default() };
    let (server, handle) =
        builder(arguments[1].parse().expect("port"), &pki).with_node_manager(simple_node_manager(space, "tags")).build().expect("server");
    let manager = handle.node_managers().get_of_type::<SimpleNodeManager>().expect("manager");
    let index = handle.get_namespace_index(TAGS).expect("namespace");
    let ids: Vec<NodeId> = names.split_whitespace().map(|name| NodeId::new(index, name)).collect();
    {
        let mut nodes = manager.address_space().write();
        for (at, id) in ids.iter().enumerate() {
            let folder = NodeId::new(index, format!("folder {}", at / PER_FOLDER));
            if at % PER_FOLDER == 0 {
                let title = format!("folder {}", at / PER_FOLDER);
                let parent: NodeId = ObjectId::ObjectsFolder.into();
                nodes.add_folder(&folder, title.as_str(), title.as_str(), &parent);
            }
            let name = id.identifier.to_string();
            VariableBuilder::new(id, name.as_str(), name.as_str())
                .data_type(DataTypeId::Double)
                .value(0f64)
                .access_level(AccessLevel::CURRENT_READ | AccessLevel::CURRENT_WRITE)
                .user_access_level(AccessLevel::CURRENT_READ | AccessLevel::CURRENT_WRITE)
                .organized_by(folder)
                .insert(&mut *nodes);
        }
    }
    let subscriptions = handle.subscriptions().clone();
    tokio::spawn(async move {
        let mut beat = tokio::time::interval(Duration::from_secs(1));
        let mut number = 0f64;
        loop {
            beat.tick().await;
            number += 1.0;
            let value = DataValue::new_at(Variant::Double(number), DateTime::now());
            let _ = manager.set_values(&subscriptions, ids.iter().map(|id| (id, None, value.clone())));
        }
    });
    println!("ready");
    println!("namespace {index}");
    server.run().await.expect("run");
}
