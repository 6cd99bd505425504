package org.kumiki.aws.s3;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A part that an object was brought in.
 *
 * @param size     as clients see it
 * @param salt     of its encryption; empty for none
 * @param checksum empty if there is none
 */
record Piece(int number, long size, String salt, String checksum) {

    static List<Piece> parse(String text) {
        return Arrays.stream(text.split(";")).map(piece -> {
            String[] fields = piece.split(":", -1);
            return new Piece(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), fields[2], fields[3]);
        }).toList();
    }

    static String store(List<Piece> pieces) {
        return pieces.stream().map(piece -> piece.number + ":" + piece.size + ":" + piece.salt + ":" + piece.checksum).collect(Collectors.joining(";"));
    }
}
