/** Forecasts for the real datacenter: the twin's models, calibrated by what happened. */
package org.kumiki.twin.forecast;
