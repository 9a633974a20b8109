package io.leek.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.task.TaskJson;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PipelineTest {

    private final EmbeddedChannel server = new EmbeddedChannel();

    PipelineTest() {
        Pipeline.server(server.pipeline(), 20, new ChannelInboundHandlerAdapter());
    }

    @Test
    void linesEndWithCrLfOrLf() {
        receive("PUSH 1\r\nPUSH 2\nPUS");
        receive("H 3\r");
        receive("\n");

        assertThat(List.of(server.<Command>readInbound(), server.readInbound(), server.readInbound()))
                .containsExactly(new Command.Push("1"), new Command.Push("2"), new Command.Push("3"));
    }

    @Test
    void aLineAtTheBoundIsReadAndOnePastItIsNot() {
        receive("PUSH " + "x".repeat(15) + "\r\n");

        assertThat(server.<Command>readInbound()).isEqualTo(new Command.Push("x".repeat(15)));
        assertThatThrownBy(() -> receive("PUSH " + "x".repeat(16) + "\r\n")).isInstanceOf(TooLongFrameException.class);
    }

    @Test
    void aLinePastTheBoundIsToldBeforeItEndsAndOnlyOnce() {
        assertThatThrownBy(() -> receive("PUSH " + "x".repeat(100))).isInstanceOf(TooLongFrameException.class);

        receive("x".repeat(100));

        assertThat(server.<Command>readInbound()).isNull();
    }

    @Test
    void repliesAreWrittenWithTheirLengthInBytes() {
        assertThat(written(Reply.OK)).isEqualTo("+OK\r\n");
        assertThat(written(Reply.NIL)).isEqualTo("$-1\r\n");
        assertThat(written(new Reply.Bulk("\"\u00e4\u20ac\""))).isEqualTo("$7\r\n\"\u00e4\u20ac\"\r\n");
        assertThat(written(Reply.error("no"))).isEqualTo("-ERR no\r\n");
    }

    @Test
    void halfASurrogatePairDoesNotBreakTheLength() {
        assertThat(written(new Reply.Bulk("\ud83d"))).isEqualTo("$1\r\n?\r\n");
    }

    @Test
    void anErrorIsOneShortLineWhateverItsMessage() {
        assertThat(written(Reply.error("two\r\n+OK\r\nlines"))).isEqualTo("-ERR two +OK lines\r\n");
        assertThat(written(Reply.error("x".repeat(10_000)))).hasSize("-ERR ".length() + 500 + 2);
    }

    @Test
    void recordsOfTasksAreWrittenAsOneBulk() {
        ObjectNode first = TaskJson.MAPPER.createObjectNode().put("jid", "\u00e9");
        ObjectNode second = TaskJson.MAPPER.createObjectNode().put("jid", "b");

        assertThat(written(new Reply.Tasks(List.of(first, second), 2)))
                .isEqualTo("$26\r\n[{\"jid\":\"\u00e9\"},{\"jid\":\"b\"}]\r\n");
        assertThat(written(new Reply.Tasks(List.of(), 0))).isEqualTo("$2\r\n[]\r\n");
    }

    @Test
    void aCommandIsWrittenAsVerbSpaceArgument() {
        EmbeddedChannel client = new EmbeddedChannel();
        Pipeline.client(client.pipeline(), 100, new ChannelInboundHandlerAdapter());
        client.writeOutbound(new Command.Ack("task-0001", null, null), new Command.Info());

        assertThat(text(client.readOutbound()) + text(client.readOutbound()))
                .isEqualTo("ACK {\"jid\":\"task-0001\"}\r\nINFO\r\n");
    }

    private void receive(String text) {
        server.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private String written(Reply reply) {
        server.writeOutbound(reply);
        return text(server.readOutbound());
    }

    private static String text(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
