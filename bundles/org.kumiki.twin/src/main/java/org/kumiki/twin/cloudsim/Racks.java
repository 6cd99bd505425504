package org.kumiki.twin.cloudsim;

import org.kumiki.twin.power.PowerTable;

/** The hosts of a study, of two kinds by turns, as CloudSim's: ML110 G4 and G5. */
interface Racks {

    int CORES = 2;

    int size();

    /** In MIPS. */
    double core(int host);

    /** All its cores together. */
    double total(int host);

    /** What it uses of that, from 0 to 1. */
    double load(int host);

    static double coreMips(int host) {
        return host % 2 == 0 ? 1_860 : 2_660;
    }

    static PowerTable power(int host) {
        return host % 2 == 0 ? PowerTable.ML110_G4 : PowerTable.ML110_G5;
    }
}
