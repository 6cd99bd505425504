package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.kumiki.api.model.InstanceId;

/** Reads a server's events off a web socket: which guest something happened to. What it was, the server is asked. */
final class Events implements FrameHandler {

    static final String PATH = "/1.0/events?type=lifecycle";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SOURCE = Pattern.compile("/1\\.0/(?:instances|containers)/(i-[0-9a-f]{8,17})(?:\\?.*)?");
    private static final int LONGEST = 1 << 20;

    private final Consumer<InstanceId> listener;
    private final Runnable onEnd;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private CoreSession session;

    /** @param onEnd told once that no more events come */
    Events(Consumer<InstanceId> listener, Runnable onEnd) {
        this.listener = listener;
        this.onEnd = onEnd;
    }

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        session = opened;
        session.setIdleTimeout(Duration.ZERO); // there may be nothing to tell for long
        session.setMaxFrameSize(LONGEST);
        callback.succeeded();
        session.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        if (frame.getOpCode() == OpCode.PING) {
            session.sendFrame(new Frame(OpCode.PONG, BufferUtil.copy(payload(frame))), Callback.NOOP, false);
        } else if (OpCode.isDataFrame(frame.getOpCode())) {
            take(frame);
        }
        callback.succeeded();
        session.demand();
    }

    private static ByteBuffer payload(Frame frame) {
        return frame.hasPayload() ? frame.getPayload() : BufferUtil.EMPTY_BUFFER;
    }

    /** A message that is too long is dropped: that guests still run is looked at every now and then as well. */
    private void take(Frame frame) {
        byte[] bytes = BufferUtil.toArray(payload(frame));
        if (message.size() + bytes.length <= LONGEST) {
            message.write(bytes, 0, bytes.length);
        }
        if (frame.isFin()) {
            String text = message.toString(UTF_8);
            message.reset();
            guest(text).ifPresent(listener);
        }
    }

    /** The guest that an event is about, if it is about one. */
    static Optional<InstanceId> guest(String event) {
        try {
            Matcher source = SOURCE.matcher(JSON.readTree(event).path("metadata").path("source").asText());
            return source.matches() ? Optional.of(new InstanceId(source.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // nothing that these servers say
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded(); // onClosed follows
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        callback.succeeded();
        onEnd.run();
    }
}
