// Numbers, times and durations as people read them. What is unknown is a dash.

export const UNKNOWN = "–";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const clockMinute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function known(value) {
  return typeof value === "number" && Number.isFinite(value);
}

export function count(value) {
  return known(value) ? whole.format(value) : UNKNOWN;
}

/** "1 transaction", "12 transactions". */
export function counted(value, one, many = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A lag: tenths of a second as long as they mean something. */
export function lag(seconds) {
  if (!known(seconds)) {
    return UNKNOWN;
  }
  return seconds < 9.95 ? `${tenths.format(Math.max(0, seconds))} s` : duration(seconds);
}

/** For the scale of a chart, short: "0.5 s", "30 s", "2.5 min", "1 h". */
export function scaleTime(seconds) {
  const [size, unit] = seconds < 60 ? [seconds, "s"] : seconds < 3_600 ? [seconds / 60, "min"] : seconds < 86_400 ? [seconds / 3_600, "h"] : [seconds / 86_400, "d"];
  return `${Number(size.toFixed(1))} ${unit}`;
}

/** "12 s", "2 min 5 s", "2 h 14 min", "3 d 4 h". */
export function duration(seconds) {
  if (!known(seconds)) {
    return UNKNOWN;
  }
  const total = Math.max(0, Math.floor(seconds));
  if (total < 60) {
    return `${total} s`;
  }
  const [large, largeUnit, small, smallUnit] =
    total < 3600
      ? [Math.floor(total / 60), "min", total % 60, "s"]
      : total < 86400
        ? [Math.floor(total / 3600), "h", Math.floor((total % 3600) / 60), "min"]
        : [Math.floor(total / 86400), "d", Math.floor((total % 86400) / 3600), "h"];
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "34.2 MB"; the units of the configuration, powers of 1024. */
export function bytes(value) {
  if (!known(value)) {
    return UNKNOWN;
  }
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let size = Math.max(0, value);
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 || size >= 99.95 ? whole.format(size) : tenths.format(size)} ${units[unit]}`;
}

/** A rate without its unit. */
export function rate(value) {
  if (!known(value)) {
    return UNKNOWN;
  }
  return value > 0 && value < 9.95 ? tenths.format(value) : whole.format(value);
}

/** Milliseconds since 1970, or null. */
export function millis(iso) {
  const time = typeof iso === "string" ? Date.parse(iso) : NaN;
  return Number.isFinite(time) ? time : null;
}

/** The clock on the reader's wall; with the day if it is not the day of now. */
export function clock(time, now) {
  if (!known(time)) {
    return UNKNOWN;
  }
  const text = clockTime.format(time);
  return known(now) && day.format(time) !== day.format(now) ? `${day.format(time)}, ${text}` : text;
}

export function clockWithoutSeconds(time) {
  return clockMinute.format(time);
}

export function dayAndMinute(time) {
  return `${day.format(time)}, ${clockMinute.format(time)}`;
}

/** For the machine-readable side of a time element. */
export function iso(time) {
  return known(time) ? new Date(time).toISOString() : "";
}

/** "UTC", "UTC+2", "UTC-3:30". */
export function zone() {
  const minutes = -new Date().getTimezoneOffset();
  if (minutes === 0) {
    return "UTC";
  }
  const rest = Math.abs(minutes) % 60;
  const hours = Math.floor(Math.abs(minutes) / 60);
  return `UTC${minutes > 0 ? "+" : "-"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}
