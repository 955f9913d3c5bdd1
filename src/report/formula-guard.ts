/**
 * Guards cells against being run as formulas by a spreadsheet, in a way that reading undoes.
 *
 * A cell that a spreadsheet would run gets a leading apostrophe. One that already looks guarded
 * gets another, so that guarding and unguarding give back every text exactly. Plain numbers and
 * phone numbers (`-5`, `+49 30 123`) run as nothing and stay as they are.
 */

const RUNS = /^'*(?:[=@\t\r\n＝＠]|[+\-＋－](?![\d\s.,()/-]*$))/;

const [APOSTROPHE, DIGIT_ZERO, EQUALS, AT, LAST_LETTER] = [0x27, 0x30, 0x3d, 0x40, 0x7a];

/** The cell as it is written to a result file. */
export function guardFormula(cell: string): string {
  // Nearly every cell starts with a letter or a digit, and a million rows have many cells.
  const first = cell.charCodeAt(0);
  if (first >= DIGIT_ZERO && first <= LAST_LETTER && first !== EQUALS && first !== AT) return cell;
  return RUNS.test(cell) ? `'${cell}` : cell;
}

/** The cell as it was before it was guarded. */
export function unguardFormula(cell: string): string {
  return cell.charCodeAt(0) === APOSTROPHE && RUNS.test(cell) ? cell.slice(1) : cell;
}
