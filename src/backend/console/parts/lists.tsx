import type { Selectable } from 'kysely';
import { CURRENCY as USD } from '../../domain/hirings.js';
import { CURRENCY as A9 } from '../../domain/task-record.js';
import type { TaskRow } from '../../store/humans2ai-schema.js';
import type { ListedHiring } from '../read/market.js';
import { Money } from './money.js';
import { Empty, Name, Status } from './text.js';
import { Time } from './time.js';

export const Hirings = ({
  hirings,
  now,
  caption,
  empty,
}: {
  hirings: readonly ListedHiring[];
  now: number;
  caption: string;
  empty: string;
}) =>
  hirings.length === 0 ? (
    <Empty>{empty}</Empty>
  ) : (
    <table class="rows">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Hiring</th>
          <th scope="col">Agent</th>
          <th scope="col">State</th>
          <th scope="col">Changed</th>
          <th scope="col" class="right">
            Price
          </th>
        </tr>
      </thead>
      <tbody>
        {hirings.map(({ hiring, agent }) => (
          <tr>
            <td class="lead">
              <a href={`/console/hirings/${hiring.id}`}>
                <Name text={hiring.task_description} max={70} />
              </a>
            </td>
            <td data-label="Agent">
              <Name text={agent.name} max={40} />
            </td>
            <td data-label="State">
              <Status status={hiring.status} />
            </td>
            <td data-label="Changed">
              <Time at={hiring.updated_at} now={now} />
            </td>
            <td data-label="Price" class="right">
              <Money units={hiring.price} currency={USD} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );

export const Tasks = ({
  tasks,
  now,
  caption,
  empty,
}: {
  tasks: readonly Selectable<TaskRow>[];
  now: number;
  caption: string;
  empty: string;
}) =>
  tasks.length === 0 ? (
    <Empty>{empty}</Empty>
  ) : (
    <table class="rows">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">State</th>
          <th scope="col" class="right">
            Applicants
          </th>
          <th scope="col">Deadline</th>
          <th scope="col" class="right">
            Budget
          </th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <tr>
            <td class="lead">
              <a href={`/console/tasks/${task.id}`}>
                <Name text={task.title} max={70} />
              </a>
            </td>
            <td data-label="State">
              <Status status={task.status} />
            </td>
            <td data-label="Applicants" class="right figure">
              {String(task.applicant_count)}
            </td>
            <td data-label="Deadline">
              <Time at={task.deadline} now={now} />
            </td>
            <td data-label="Budget" class="right">
              <Money units={task.budget} currency={A9} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
