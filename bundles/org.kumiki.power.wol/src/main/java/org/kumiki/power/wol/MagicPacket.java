package org.kumiki.power.wol;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What a sleeping network card wakes its machine for: six bytes of ones, and sixteen times its own address. */
record MagicPacket(byte[] bytes) {

    private static final Pattern MAC = Pattern.compile("([0-9A-Fa-f]{2})([:-][0-9A-Fa-f]{2}){5}");
    private static final int ONES = 6;
    private static final int TIMES = 16;

    static MagicPacket to(String mac) {
        if (!MAC.matcher(mac).matches()) {
            throw new IllegalArgumentException("an address of a network card is six pairs of digits, like 52:54:00:12:34:56, not " + mac);
        }
        byte[] address = HexFormat.of().parseHex(mac.replaceAll("[:-]", ""));
        ByteBuffer packet = ByteBuffer.allocate(ONES + TIMES * address.length);
        for (int i = 0; i < ONES; i++) {
            packet.put((byte) 0xff);
        }
        for (int i = 0; i < TIMES; i++) {
            packet.put(address);
        }
        return new MagicPacket(packet.array());
    }

    void send(InetSocketAddress where) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setBroadcast(true);
            socket.send(new DatagramPacket(bytes, bytes.length, where));
        }
    }
}
