package pde;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.EndpointConfig;
import org.eclipse.milo.opcua.sdk.server.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.items.DataItem;
import org.eclipse.milo.opcua.sdk.server.items.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.DefaultApplicationGroup;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateQuarantine;
import org.eclipse.milo.opcua.stack.core.security.MemoryCertificateStore;
import org.eclipse.milo.opcua.stack.core.security.MemoryTrustListManager;
import org.eclipse.milo.opcua.stack.core.security.RsaSha256CertificateFactory;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransport;
import org.eclipse.milo.opcua.stack.transport.server.tcp.OpcTcpServerTransportConfig;

/** Doubles in namespace 2 whose values all rise by one every second: `PORT NAMES`. */
public final class Peer {
  private static final String URI = "urn:pde:benchmark:milo";
  private static final int PER_FOLDER = 100;

  public static void main(String[] arguments) throws Exception {
    List<String> names = Files.readAllLines(Path.of(arguments[1]));
    OpcUaServer server = server(Integer.parseInt(arguments[0]));
    Tags tags = new Tags(server, names);
    tags.startup();
    server.startup().get();
    Executors.newSingleThreadScheduledExecutor().scheduleAtFixedRate(tags::move, 1, 1, TimeUnit.SECONDS);
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private static OpcUaServer server(int port) throws Exception {
    var factory =
        new RsaSha256CertificateFactory() {
          @Override
          protected X509Certificate[] createRsaSha256CertificateChain(KeyPair pair) throws Exception {
            var builder = new SelfSignedCertificateBuilder(pair).setCommonName("peer").setApplicationUri(URI);
            return new X509Certificate[] {builder.addIpAddress("127.0.0.1").build()};
          }
        };
    var group =
        DefaultApplicationGroup.createAndInitialize(
            new MemoryTrustListManager(),
            new MemoryCertificateStore(),
            factory,
            new CertificateValidator.InsecureCertificateValidator());
    X509Certificate own = group.getCertificateEntries().get(0).certificateChain[0];
    var endpoints = new LinkedHashSet<EndpointConfig>();
    var plain =
        EndpointConfig.newBuilder()
            .setBindAddress("127.0.0.1")
            .setBindPort(port)
            .setHostname("127.0.0.1")
            .setCertificate(own)
            .addTokenPolicies(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS);
    endpoints.add(plain.copy().build());
    endpoints.add(
        plain
            .copy()
            .setSecurityPolicy(SecurityPolicy.Basic256Sha256)
            .setSecurityMode(MessageSecurityMode.SignAndEncrypt)
            .build());
    var config =
        OpcUaServerConfig.builder()
            .setApplicationUri(URI)
            .setApplicationName(LocalizedText.english("peer"))
            .setEndpoints(endpoints)
            .setCertificateManager(new DefaultCertificateManager(new MemoryCertificateQuarantine(), group))
            .build();
    return new OpcUaServer(
        config, profile -> new OpcTcpServerTransport(OpcTcpServerTransportConfig.newBuilder().build()));
  }

  private static final class Tags extends ManagedNamespaceWithLifecycle {
    private final List<UaVariableNode> nodes = new ArrayList<>();
    private final SubscriptionModel subscriptions;
    private double value = 0.0;

    Tags(OpcUaServer server, List<String> names) {
      super(server, URI + ":tags");
      subscriptions = new SubscriptionModel(server, this);
      getLifecycleManager().addLifecycle(subscriptions);
      getLifecycleManager().addStartupTask(() -> names.forEach(this::add));
    }

    private UaFolderNode folder;

    private void add(String name) {
      if (nodes.size() % PER_FOLDER == 0) {
        String title = "folder " + nodes.size() / PER_FOLDER;
        folder =
            new UaFolderNode(
                getNodeContext(), newNodeId(title), newQualifiedName(title), LocalizedText.english(title));
        getNodeManager().addNode(folder);
        folder.addReference(
            new Reference(folder.getNodeId(), NodeIds.Organizes, NodeIds.ObjectsFolder.expanded(), false));
      }
      UaVariableNode node =
          new UaVariableNode.UaVariableNodeBuilder(getNodeContext())
              .setNodeId(new NodeId(getNamespaceIndex(), name))
              .setAccessLevel(AccessLevel.READ_WRITE)
              .setUserAccessLevel(AccessLevel.READ_WRITE)
              .setBrowseName(newQualifiedName(name))
              .setDisplayName(LocalizedText.english(name))
              .setDataType(NodeIds.Double)
              .setTypeDefinition(NodeIds.BaseDataVariableType)
              .build();
      node.setValue(new DataValue(new Variant(0.0)));
      getNodeManager().addNode(node);
      folder.addOrganizes(node);
      nodes.add(node);
    }

    void move() {
      value += 1.0;
      for (UaVariableNode node : nodes) {
        node.setValue(new DataValue(new Variant(value)));
      }
    }

    @Override
    public void onDataItemsCreated(List<DataItem> items) {
      subscriptions.onDataItemsCreated(items);
    }

    @Override
    public void onDataItemsModified(List<DataItem> items) {
      subscriptions.onDataItemsModified(items);
    }

    @Override
    public void onDataItemsDeleted(List<DataItem> items) {
      subscriptions.onDataItemsDeleted(items);
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> items) {
      subscriptions.onMonitoringModeChanged(items);
    }
  }
}
