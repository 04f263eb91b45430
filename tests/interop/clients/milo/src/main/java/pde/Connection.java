package pde;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;
import org.eclipse.milo.opcua.sdk.client.identity.X509IdentityProvider;
import org.eclipse.milo.opcua.stack.core.security.CertificateValidator.InsecureCertificateValidator;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;

/** Opens a session with the security policy, message mode and user that the command line asks for. */
final class Connection {
  private static final String APPLICATION_URI = "urn:pde:interop";

  private Connection() {}

  static OpcUaClient open(String url, Map<String, String> options) throws Exception {
    String policy = options.getOrDefault("policy", "None");
    String mode = options.getOrDefault("mode", policy.equals("None") ? "None" : "SignAndEncrypt");
    Identity identity = policy.equals("None") ? null : Identity.of(options);
    Identity user = options.containsKey("user-certificate")
        ? Identity.load(options.get("user-certificate"), options.get("user-key")) : null;
    return OpcUaClient.create(
            url,
            endpoints -> choose(endpoints, url, SecurityPolicy.valueOf(policy).getUri(), mode),
            transport -> {},
            config -> configure(config, identity, user, options))
        .connect();
  }

  private static Optional<EndpointDescription> choose(
      List<EndpointDescription> endpoints, String url, String policyUri, String mode) {
    // The server may name itself by a host that is unknown here: the address that reached it is the one to use.
    URI reached = URI.create(url);
    return endpoints.stream()
        .filter(e -> policyUri.equals(e.getSecurityPolicyUri()) && mode.equals(e.getSecurityMode().name()))
        .findFirst()
        .map(e -> EndpointUtil.updateUrl(e, reached.getHost(), reached.getPort()));
  }

  private static void configure(
      OpcUaClientConfigBuilder config, Identity identity, Identity user, Map<String, String> options) {
    config.setApplicationUri(APPLICATION_URI);
    config.setCertificateValidator(new InsecureCertificateValidator());
    if (identity != null) {
      config.setKeyPair(identity.keys()).setCertificate(identity.certificate());
      config.setCertificateChain(new X509Certificate[] {identity.certificate()});
    }
    if (options.containsKey("user")) {
      config.setIdentityProvider(new UsernameProvider(options.get("user"), options.getOrDefault("password", "")));
    } else if (user != null) {
      config.setIdentityProvider(new X509IdentityProvider(user.certificate(), user.keys().getPrivate()));
    }
  }

  /** A certificate and its key: those that the command line names, or new ones for this one run. */
  private record Identity(KeyPair keys, X509Certificate certificate) {
    static Identity of(Map<String, String> options) throws Exception {
      return options.containsKey("certificate") ? load(options.get("certificate"), options.get("key")) : create();
    }

    static Identity load(String certificateFile, String keyFile) throws Exception {
      X509Certificate certificate = CertificateUtil.decodeCertificate(Files.readAllBytes(Path.of(certificateFile)));
      String pem = Files.readString(Path.of(keyFile)).replaceAll("-----[A-Z ]+-----|\\s", "");
      var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
      return new Identity(new KeyPair(certificate.getPublicKey(), key), certificate);
    }

    private static Identity create() throws Exception {
      KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
      X509Certificate certificate =
          new SelfSignedCertificateBuilder(keys)
              .setCommonName("PDE interoperability test (Milo)")
              .setApplicationUri(APPLICATION_URI)
              .addDnsName("localhost")
              .build();
      return new Identity(keys, certificate);
    }
  }
}
