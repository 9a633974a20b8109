package io.leek.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyDecoderTest {

    private static final String STREAM =
            "+OK\r\n-NOTUNIQUE Job not unique\r\n$10\r\na\r\nb\n\u00e4\u20ac\r\n$-1\r\n$0\r\n\r\n+HI {\"v\":2}\r\n-ERR\r\n";

    private static final List<Reply> REPLIES = List.of(
            Reply.OK,
            new Reply.Failure("NOTUNIQUE", "Job not unique"),
            new Reply.Bulk("a\r\nb\n\u00e4\u20ac"),
            Reply.NIL,
            new Reply.Bulk(""),
            new Reply.Text("HI {\"v\":2}"),
            new Reply.Failure("ERR", ""));

    private final EmbeddedChannel channel = new EmbeddedChannel(new ReplyDecoder(1_000));

    @Test
    void readsRepliesWhereverTheStreamIsSplit() {
        byte[] bytes = stream();
        for (int split = 0; split <= bytes.length; split++) {
            EmbeddedChannel fresh = new EmbeddedChannel(new ReplyDecoder(1_000));
            fresh.writeInbound(Unpooled.copiedBuffer(bytes, 0, split));
            fresh.writeInbound(Unpooled.copiedBuffer(bytes, split, bytes.length - split));

            assertThat(replies(fresh)).as("split at byte %d", split).isEqualTo(REPLIES);
        }
    }

    @Test
    void readsRepliesThatComeByteByByte() {
        for (byte one : stream()) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
        }

        assertThat(replies(channel)).isEqualTo(REPLIES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n", "\r\n", "$abc\r\n", "$3\r\nabcde\r\n", "*2\r\n"})
    void whatIsNotTheProtocolEndsTheConnection(String garbage) {
        assertThatThrownBy(() -> channel.writeInbound(text(garbage))).isInstanceOf(CorruptedFrameException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$1001\r\n", "$2147483647\r\n", "$-2\r\n"})
    void aBulkPastTheBoundIsNotEvenBegun(String header) {
        assertThatThrownBy(() -> channel.writeInbound(text(header))).isInstanceOf(TooLongFrameException.class);
    }

    @Test
    void aLineWithoutEndIsGivenUp() {
        assertThatThrownBy(() -> channel.writeInbound(text("+" + "x".repeat(70_000))))
                .isInstanceOf(TooLongFrameException.class);
    }

    private static byte[] stream() {
        return STREAM.getBytes(StandardCharsets.UTF_8);
    }

    private static Object text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private static List<Reply> replies(EmbeddedChannel channel) {
        List<Reply> replies = new ArrayList<>();
        for (Reply reply = channel.readInbound(); reply != null; reply = channel.readInbound()) {
            replies.add(reply);
        }
        return replies;
    }
}
