import { Injectable } from '@nestjs/common';
import type { Connector, RowPlace } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import type { ModelName } from '#libs/model';
import { NoPlace, assertOnePlace, findPlace } from './row-place.js';

/** What a path is of: rows of a model, of one ATS or, with null, of any. */
export interface PathOf {
  ats: string | null;
  model: ModelName;
  path: string;
}

interface ActionPlaces {
  action: string;
  places: RowPlace[];
}

/** Which paths into rows can also be written to, as the connectors say. */
@Injectable()
export class WritablePaths {
  constructor(private readonly connectors: ConnectorRegistry) {}

  /** The actions that write to what a path names, in some version of the ATS's API. */
  actionsFor({ path, ...of }: PathOf): string[] {
    const taking = this.placesOf(of).filter(({ places }) => findPlace(path, places) !== null);
    return [...new Set(taking.map(({ action }) => action))].toSorted();
  }

  /** Why nothing can be written to a path, continuing "The path"; null where it can. */
  problemOf(wanted: PathOf): string | null {
    try {
      assertOnePlace(wanted.path);
    } catch (error) {
      if (error instanceof NoPlace) return `cannot be written to: it ${error.message}`;
      throw error;
    }
    if (this.actionsFor(wanted).length > 0) return null;
    const taken = new Set(this.placesOf(wanted).flatMap(({ places }) => places.map(({ at }) => at)));
    const who = this.connectorsOf(wanted.ats).map(({ name }) => name);
    const ats = who.length === 1 ? who[0]! : 'any ATS of this hub';
    if (taken.size === 0)
      return `cannot be written to: ${wanted.model} of ${ats} have no place of your own to write to`;
    return `cannot be written to: for ${wanted.model} ${ats} takes ${[...taken].join(', ')}`;
  }

  private placesOf({ ats, model }: Pick<PathOf, 'ats' | 'model'>): ActionPlaces[] {
    const versions = this.connectorsOf(ats).flatMap(({ api }) => Object.values(api?.versions ?? {}));
    return versions.flatMap(({ actions }) =>
      Object.entries(actions).map(([action, { places = [] }]) => ({
        action,
        places: places.filter((place) => place.model === model),
      })),
    );
  }

  private connectorsOf(ats: string | null): Connector[] {
    return ats === null ? this.connectors.list() : [this.connectors.find(ats) ?? []].flat();
  }
}
