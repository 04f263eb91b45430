package pde;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.eclipse.milo.opcua.stack.core.UaException;

/** Reads one command a line on standard input and answers each with one line; ../README.md has the protocol. */
public final class MiloClient {
  private MiloClient() {}

  public static void main(String[] args) throws IOException {
    // Milo names the signatures of Aes256_Sha256_RsaPss as this provider does; Java's own has another name for them.
    Security.addProvider(new BouncyCastleProvider());
    Map<String, String> options = options(args);
    OpcUaClient client;
    try {
      client = Connection.open(args[0], options);
    } catch (Exception error) {
      answer(failure(error));
      System.exit(1);
      return;
    }
    JsonObject ready = new JsonObject();
    ready.addProperty("status", 0);
    answer(ready);
    serve(new Commands(client));
    close(client);
    System.exit(0);
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i + 1 < args.length; i += 2) {
      options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
    }
    return options;
  }

  private static void serve(Commands commands) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonObject reply;
      try {
        reply = commands.run(JsonParser.parseString(line).getAsJsonObject());
      } catch (Exception error) {
        reply = failure(error);
      }
      answer(reply);
    }
  }

  /** A refused service is an answer too; an error without a status of its own is ours. */
  private static JsonObject failure(Exception error) {
    JsonObject reply = new JsonObject();
    long status = UaException.extract(error).map(e -> e.getStatusCode().getValue()).orElse(StatusCodes.Bad_InternalError);
    reply.addProperty("status", status);
    reply.addProperty("error", error.toString());
    return reply;
  }

  private static void answer(JsonObject reply) {
    System.out.println(reply);
    System.out.flush();
  }

  private static void close(OpcUaClient client) {
    try {
      client.disconnect();
    } catch (UaException error) {
      System.err.println("disconnect: " + error);
    }
  }
}
