package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.TaskJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.databind.JsonNode;

/** A client that writes lines and reads replies, for tests that are a conversation. */
public final class TestClient implements AutoCloseable {

    private static final int KEPT = 12;

    private final Socket socket;
    private final InputStream in;
    private final Deque<String> conversation = new ArrayDeque<>();

    private TestClient(InetSocketAddress server) throws IOException {
        socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects and says nothing. */
    public static TestClient connect(InetSocketAddress server) {
        try {
            return new TestClient(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that has finished the handshake, without a worker's id. */
    public static TestClient greeted(InetSocketAddress server) {
        return greeted(server, "{\"v\":2}");
    }

    public static TestClient greeted(InetSocketAddress server, String hello) {
        TestClient client = connect(server);
        client.expect("+HI {\"v\":2}");
        return client.sends("HELLO " + hello).expect("+OK");
    }

    public TestClient sends(String line) {
        said("> " + line);
        return writes(line + "\r\n");
    }

    /** Bytes as they are, perhaps no whole line. */
    public TestClient writes(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(conversation.toString(), e);
        }
    }

    /** The same where the server may hang up before it has read all of it. */
    public TestClient floods(String text) {
        try {
            return writes(text);
        } catch (UncheckedIOException e) {
            said("> could not write all of it: " + e.getCause());
            return this;
        }
    }

    public TestClient expect(String reply) {
        assertThat(reply()).as(this::toString).isEqualTo(reply);
        return this;
    }

    public TestClient expectStart(String start) {
        assertThat(reply()).as(this::toString).startsWith(start);
        return this;
    }

    public TestClient expectOk() {
        return expect("+OK");
    }

    /** The next reply, which must hold JSON. */
    public JsonNode json() {
        String reply = reply();
        assertThat(reply).as(this::toString).matches(text -> text.startsWith("{") || text.startsWith("["), "is JSON");
        return TaskJson.MAPPER.readTree(reply);
    }

    public JsonNode asks(String line) {
        return sends(line).json();
    }

    /** The next reply, which must be the task of this id. */
    public JsonNode expectTask(String jid) {
        JsonNode task = json();
        assertThat(task.path("jid").asString("")).as(this::toString).isEqualTo(jid);
        return task;
    }

    public void expectClosed() {
        try {
            assertThat(in.read()).as(this::toString).isEqualTo(-1);
        } catch (IOException e) {
            assertThat(e).as(this::toString).hasMessageContaining("reset");
        }
    }

    /** The next reply: its line, or what is in its bulk. */
    public String reply() {
        try {
            String line = line();
            String reply =
                    line.startsWith("$") && !line.equals("$-1") ? bulk(Integer.parseInt(line.substring(1))) : line;
            said("< " + reply);
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException("No reply. " + this, e);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int one = in.read();
        while (one != '\n') {
            if (one < 0) {
                throw new IOException("the server closed the connection");
            }
            line.write(one);
            one = in.read();
        }
        String text = line.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("\r");
        return text.substring(0, text.length() - 1);
    }

    private String bulk(int length) throws IOException {
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        assertThat(line()).isEmpty();
        return text;
    }

    private void said(String line) {
        conversation.add(line.length() > 300 ? line.substring(0, 300) + "…" : line);
        if (conversation.size() > KEPT) {
            conversation.remove();
        }
    }

    @Override
    public String toString() {
        return "Conversation:\n  " + String.join("\n  ", conversation);
    }

    /** Leaves without a word. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
