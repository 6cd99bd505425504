package org.kumiki.hypervisor.libvirt.rpc;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One message of libvirt's remote protocol ({@code virnetprotocol.x}).
 *
 * @param serial that of the call which is answered; 0 for events
 */
record Message(int program, int version, int procedure, Type type, int serial, Status status, byte[] body) {

    static final int REMOTE = 0x20008086;
    static final int KEEPALIVE = 0x6b656570;
    static final int PING = 1;
    static final int PONG = 2;

    private static final int HEADER = 28;
    private static final int LONGEST = 32 << 20;

    /** What it is for. */
    enum Type {
        CALL, REPLY, EVENT, STREAM, CALL_WITH_FILES, REPLY_WITH_FILES, STREAM_HOLE
    }

    /** How it goes on. */
    enum Status {
        OK, ERROR, CONTINUE
    }

    static Message call(int procedure, int serial, byte[] arguments) {
        return new Message(REMOTE, 1, procedure, Type.CALL, serial, Status.OK, arguments);
    }

    static Message keepalive(int procedure) {
        return new Message(KEEPALIVE, 1, procedure, Type.EVENT, 0, Status.OK, new byte[0]);
    }

    /** Blocks until one is there. */
    static Message read(DataInputStream from) throws IOException {
        int length = from.readInt();
        if (length < HEADER || length > LONGEST) {
            throw new ProtocolException("a message is said to have " + length + " bytes");
        }
        int program = from.readInt();
        int version = from.readInt();
        int procedure = from.readInt();
        Type type = value(Type.values(), from.readInt());
        int serial = from.readInt();
        Status status = value(Status.values(), from.readInt());
        byte[] body = new byte[length - HEADER];
        from.readFully(body);
        return new Message(program, version, procedure, type, serial, status, body);
    }

    private static <T> T value(T[] values, int index) {
        if (index < 0 || index >= values.length) {
            throw new ProtocolException("a message has a " + values[0].getClass().getSimpleName() + " of " + index);
        }
        return values[index];
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(HEADER + body.length).putInt(HEADER + body.length).putInt(program).putInt(version).putInt(procedure)
                .putInt(type.ordinal()).putInt(serial).putInt(status.ordinal()).put(body).array();
    }
}
