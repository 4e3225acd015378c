import { spoken } from './text.js';

/** A state machine as a picture: which states there are, which were passed, and where it stands. */

export interface MachineState {
  readonly name: string;
  readonly column: number;
  readonly row: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

const BOX = { width: 122, height: 34 } as const;
const PITCH = { x: 156, y: 78 } as const;
const MARGIN = 3;

export function Machine({
  states,
  edges,
  current,
  passed,
}: {
  states: readonly MachineState[];
  edges: readonly Edge[];
  current: string;
  passed: readonly string[];
}) {
  const width = Math.max(...states.map(({ column }) => column)) * PITCH.x + BOX.width + 2 * MARGIN;
  const height = Math.max(...states.map(({ row }) => row)) * PITCH.y + BOX.height + 2 * MARGIN;
  const placed = new Map(states.map((state) => [state.name, centre(state)]));
  const next = [...new Set(edges.filter(({ from }) => from === current).map(({ to }) => spoken(to)))];
  const way = passed.map(spoken).join(', ');
  return (
    <figure class="machine">
      <figcaption>
        <h2>State</h2>
        <p>
          Now <strong>{spoken(current)}</strong>.{' '}
          {next.length === 0 ? 'This is final.' : `Next can be: ${next.join(', ')}.`}
        </p>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`State machine, now ${spoken(current)}; so far: ${way}`}
      >
        <defs>
          <marker
            id="tip"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="9"
            markerHeight="9"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M0 0.5 L8 4 L0 7.5 z" class="tip" />
          </marker>
        </defs>
        {edges.map((edge) => {
          const [from, to] = [placed.get(edge.from), placed.get(edge.to)];
          return from && to ? (
            <path
              class={edge.from === current ? 'edge next' : 'edge'}
              d={line(from, to, hasOpposite(edges, edge))}
              marker-end="url(#tip)"
            />
          ) : (
            ''
          );
        })}
        {states.map((state) => {
          const { x, y } = centre(state);
          const look = state.name === current ? 'now' : passed.includes(state.name) ? 'passed' : 'ahead';
          return (
            <g class={`state ${look}`}>
              <rect x={x - BOX.width / 2} y={y - BOX.height / 2} width={BOX.width} height={BOX.height} rx="7" />
              <text x={x} y={y + 4.5} text-anchor="middle">
                {spoken(state.name)}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const centre = ({ column, row }: MachineState): Point => ({
  x: MARGIN + column * PITCH.x + BOX.width / 2,
  y: MARGIN + row * PITCH.y + BOX.height / 2,
});

const hasOpposite = (edges: readonly Edge[], { from, to }: Edge): boolean =>
  edges.some((edge) => edge.from === to && edge.to === from);

/** From the border of one box to the border of another; of two that go to and fro, each keeps to its right. */
function line(from: Point, to: Point, shifted: boolean): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const aside = shifted ? 6 : 0;
  const [dx, dy] = [-uy * aside, ux * aside];
  const start = wayOut(ux, uy, dx, dy);
  const end = wayOut(-ux, -uy, dx, dy) + GAP;
  const round = (value: number) => Math.round(value * 10) / 10;
  const begin = `M${round(from.x + dx + ux * start)} ${round(from.y + dy + uy * start)}`;
  return `${begin} L${round(to.x + dx - ux * end)} ${round(to.y + dy - uy * end)}`;
}

/** Between the tip of an arrow and the box that it points at. */
const GAP = 2;

/** How far it is in a direction from beside the centre of a box to its border. */
function wayOut(ux: number, uy: number, dx: number, dy: number): number {
  const alongX = ux === 0 ? Number.POSITIVE_INFINITY : (Math.sign(ux) * (BOX.width / 2) - dx) / ux;
  const alongY = uy === 0 ? Number.POSITIVE_INFINITY : (Math.sign(uy) * (BOX.height / 2) - dy) / uy;
  return Math.min(alongX, alongY);
}
